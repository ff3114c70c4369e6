import { connectDashboard } from '../dashboard-client.ts';
import { bearer, ask, endpointOf, initialize, openStream, rpc, type WireStream } from '../wire-client.ts';
import { sessionVersions } from '../../../src/server/mcp/rpc/protocol-versions.ts';
import type { Role } from '../../../src/protocol/roles.ts';
import type { ListedTool, Scene } from './scene.ts';

/** The hub that gets the inputs. */
export interface FuzzedHub {
  readonly url: string;
  readonly adminToken: string;
}

export interface OpenScene extends Scene {
  /** The open stream of `/sse`. */
  readonly stream: WireStream;
  /** Closes the stream, and takes the keys and the workspace away with what is left in it: the hub has limits of its own. */
  close(): Promise<void>;
}

/** A workspace, a key with this role, a session on each wire and revision, and some things to ask about. */
export async function openScene(hub: FuzzedHub, role: Role): Promise<OpenScene> {
  const dashboard = await connectDashboard(hub.url, bearer(hub.adminToken));
  const name = `fuzz ${crypto.randomUUID().slice(0, 8)}`;
  const { workspace } = await dashboard.api.workspaceCreate({ name });
  const make = async (as: Role, holder = 'fuzz') =>
    await dashboard.api.keyCreate({ name: `${name} ${holder}`, roles: { [workspace]: as } });
  const { keyId, secret: key } = await make(role);
  const { keyId: ownerKeyId, secret: ownerKey } = await make('owner', 'owner');
  dashboard.close();

  const headers = bearer(key);
  const stream = await openStream(`${hub.url}/sse`, { headers });
  const post = new URL(await endpointOf(stream, hub.url));
  await ask(post.href, { headers, body: initialize('2024-11-05') });
  const sessions = new Map<string, string>();
  for (const version of sessionVersions) sessions.set(version, await openSession(hub.url, key, version));
  const call = await caller(hub.url, ownerKey);
  const listed = (await call('tools/list', {})) as { readonly tools: readonly ListedTool[] };
  const tool = async (toolName: string, args: object): Promise<Record<string, unknown>> => {
    const { structuredContent } = await call('tools/call', { name: toolName, arguments: args });
    return structuredContent as Record<string, unknown>;
  };
  for (const path of ['plan.md', 'notes/a.txt', 'b.json'])
    await tool('file_write', { path, text: `{"path": "${path}"}\n`.repeat(40) });
  const lock = await tool('lock_acquire', { path: 'b.json', ttl_s: 600 });
  const upload = await tool('upload_create', { path: 'up.bin', size_bytes: 600 });
  const job = await tool('file_extract', { path: 'plan.md' });
  const base = `signalbox://workspaces/${workspace}`;
  const known = {
    workspace: [workspace, workspace, name],
    path: ['plan.md', 'notes/a.txt', 'b.json', 'new.txt', 'notes/'],
    to: ['plan2.md', 'notes/c.txt'],
    lock_token: [lock['lock_token']],
    fence: [lock['fence']],
    upload_id: [upload['upload_id']],
    job_id: [job['job_id']],
    version: [1],
    if_version: [0, 1, 2],
    prefix: ['notes/', ''],
    glob: ['**/*.md', '*'],
    uri: [base, `${base}/events`, `${base}/locks`, `${base}/jobs`, `${base}/files/plan.md`, 'signalbox://guide'],
  };
  const { port } = new URL(hub.url);
  return {
    ...{ port: Number(port), adminToken: hub.adminToken, workspace, key, tools: listed.tools, sessions, known },
    postPath: post.pathname + post.search,
    stream,
    close: async () => {
      stream.drop();
      const { api, close } = await connectDashboard(hub.url, bearer(hub.adminToken));
      for (const each of [keyId, ownerKeyId]) await api.keyRevoke({ keyId: each });
      await api.workspaceUpdate({ workspace, name }); // an input may have changed it
      await api.workspaceDelete({ workspace, confirm: name });
      close();
    },
  };
}

async function openSession(url: string, key: string, version: string): Promise<string> {
  const { headers } = await ask(`${url}/mcp`, { headers: bearer(key), body: initialize(version) });
  const session = headers['mcp-session-id'];
  if (typeof session !== 'string') throw new Error(`initialize of ${version} was answered without a session`);
  return session;
}

async function caller(url: string, key: string) {
  const session = await openSession(url, key, '2025-11-25');
  const headers = { ...bearer(key), accept: 'application/json', 'mcp-session-id': session };
  return async (method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const { json, text } = await ask(`${url}/mcp`, { headers, body: rpc(1, method, params) });
    if (!json.result || json.result['isError'] === true) throw new Error(`${method}: ${text}`);
    return json.result;
  };
}
