import { createLink } from '../../src/hub/rules/links.ts';
import { createTransfer } from '../../src/hub/rules/transfers.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { takeLock } from './take-lock.ts';
import { human } from './open-hub.ts';
import type { TestServer } from './start-test-hub.ts';
import { sseAgent } from './agent.ts';
import { ask, bearer, initialize } from './wire-client.ts';
import { createKeyWithSecret } from '../../src/server/desk/new-key.ts';

/** Kinds of ids that agents name things by. */
export type IdKind =
  | 'workspace'
  | 'job'
  | 'upload'
  | 'lock'
  | 'transfer'
  | 'link'
  | 'sse session'
  | 'streamable session';

/** A key of another owner, and one id of each state of each kind of thing that only it sees. */
export interface ForeignThings {
  readonly secret: string;
  readonly ids: Readonly<Record<IdKind, readonly string[]>>;
}

/** Makes a workspace that the hub's other keys have no role in, and things in it. */
export async function makeForeignThings({ server, url }: TestServer): Promise<ForeignThings> {
  const { hub, files, jobs, uploads } = server;
  const { workspace } = await hub.execute(createWorkspace, { name: 'hidden-plans' }, human);
  const { secret, keyId } = await createKeyWithSecret(hub, { name: 'somebody else', roles: { [workspace]: 'owner' } });
  const origin = { actor: { kind: 'agent', key: keyId } } as const;
  await files.write(origin, { workspace, path: 'a.txt', content: Buffer.from('TOPSECRET'), source: 'tool' });
  const job = async (): Promise<string> =>
    (await jobs.queue(origin, { kind: 'file_extract', workspace, path: 'a.txt' })).jobId;
  const [done, cancelled] = [await job(), await job()];
  await jobs.wait(done, { timeoutMs: 60_000 });
  await jobs.cancel(origin, cancelled, 'TOPSECRET').catch(() => undefined); // it may be over by now
  const upload = async (sizeBytes = 3): Promise<string> =>
    (await uploads.create(origin, { workspace, path: 'up.bin', sizeBytes })).id;
  const [open, given, finished] = [await upload(), await upload(), await upload(0)];
  await uploads.cancel(origin, given, 'TOPSECRET');
  const lock = await takeLock(server, origin, { workspace, path: 'locked.txt', ttlMs: 3_600_000, waitMs: 0 });
  const offer = { workspace, tokenSha256: 'of nothing', keptRole: 'editor' } as const;
  const transfer = await hub.execute(createTransfer, offer, origin);
  const link = await hub.execute(createLink, { workspace, path: 'a.txt', ttlMs: 3_600_000 }, origin);
  const greeted = await ask(`${url}/mcp`, { headers: bearer(secret), body: initialize() });
  return {
    secret,
    ids: {
      workspace: [workspace, 'hidden-plans'],
      job: [done, cancelled],
      upload: [open, given, finished],
      lock: [lock.lockId],
      transfer: [transfer.id],
      link: [link.id],
      'sse session': [(await sseAgent(url, secret)).session],
      'streamable session': [String(greeted.headers['mcp-session-id'])],
    },
  };
}

/** An id of the same form that nothing has. */
export function madeUp(id: string): string {
  const [prefix = '', rest] = id.includes('_') ? id.split('_') : ['', id];
  const turned = [...(rest ?? '')].reverse().join('');
  const other = turned === rest ? `${turned.slice(1)}q` : turned;
  return prefix === '' ? other : `${prefix}_${other}`;
}
