import { Client as NewClient, StreamableHTTPClientTransport as NewTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newClaimToken } from '../../src/hub/data-dir/secrets.ts';
import { createTransfer } from '../../src/hub/rules/transfers.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { jobKinds } from '../../src/jobs/kinds.ts';
import { toolNamed } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { exampleArguments } from '../support/kind-examples.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

/** What the passes need of a client, whichever line of the SDK it is of. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(request: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  readResource(request: { uri: string }): Promise<{ contents: unknown[] }>;
  getPrompt(request: { name: string; arguments: Record<string, string> }): Promise<{ messages: unknown[] }>;
  close(): Promise<void>;
}

let hub: TestServer;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const headers = (): Record<string, string> => ({ Authorization: `Bearer ${hub.key}` });

const connect: Record<string, () => Promise<AnyClient>> = {
  'SDK 1.x on HTTP+SSE': async () => {
    const client = new Client({ name: 'pass', version: '1.0.0' });
    await client.connect(new SSEClientTransport(new URL(hub.server.sse), { requestInit: { headers: headers() } }));
    return client;
  },
  'SDK 1.x on Streamable HTTP': async () => {
    const client = new Client({ name: 'pass', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(hub.server.mcp), {
      requestInit: { headers: headers() },
    });
    await client.connect(transport);
    return client;
  },
  'SDK 2.x on 2026-07-28': async () => {
    const client = new NewClient({ name: 'pass', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new NewTransport(new URL(hub.server.mcp), { requestInit: { headers: headers() } }));
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    return client;
  },
};

/** The calls since a seq that changed something though their tool only reads, or changed nothing though it says so. */
async function untrueEffects(since: number): Promise<string[]> {
  const events = await hub.server.hub.audit.after(since, 1_000);
  const changes = new Set(events.filter(({ type }) => type !== 'tool.called').map(({ cause }) => cause));
  return events.flatMap((event) => {
    if (event.type !== 'tool.called' || event.outcome !== 'ok') return [];
    const reads = toolNamed(event.tool)?.effect === 'reads';
    return changes.has(event.cause) === reads ? [event.tool] : [];
  });
}

for (const [line, open] of Object.entries(connect)) {
  test(`[TL11] [TL14] every tool answers after its schema and has the effect that it says: ${line}`, async () => {
    const client = await open();
    const before = hub.server.hub.state.seq;
    const { tools } = await client.listTools(); // from here on the client checks what comes
    const called = new Set<string>();
    const call = async (name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> => {
      called.add(name);
      return (await client.callTool({ name, arguments: args })) as CallToolResult;
    };
    const ok = async (name: string, args?: Record<string, unknown>): Promise<Record<string, unknown>> => {
      const answer = await call(name, args);
      expect(answer.isError, `${name}: ${JSON.stringify(answer.structuredContent)}`).not.toBe(true);
      expect(answer.content[0]).toMatchObject({ type: expect.any(String) });
      return answer.structuredContent as Record<string, unknown>;
    };

    expect((await ok('guide', { section: 'locks' }))['text']).toMatch(/^## Locks\n/u);
    const { workspaces } = await ok('whoami');
    expect(workspaces).toContainEqual(expect.objectContaining({ workspace: hub.workspace, role: 'owner' }));
    const other = `lab ${line}`;
    await ok('workspace_create', { name: `${other}, new` });
    await ok('workspace_list');
    const { seq } = await ok('workspace_get', { workspace: 'default' });
    await ok('workspace_update', { workspace: `${other}, new`, name: other });

    const workspace = 'default';
    const lock = await ok('lock_acquire', { workspace, path: 'a.md', ttl_s: 30, reason: 'pass' });
    const proof = { lock_token: lock['lock_token'], fence: lock['fence'] };
    await ok('file_write', { workspace, path: 'a.md', text: 'one\n', ...proof });
    await ok('file_write', { workspace, path: 'a.md', base64: 'dHdvCg==', if_version: 1, ...proof });
    await ok('lock_renew', { lock_token: lock['lock_token'] });
    await ok('lock_list', { workspace });
    await ok('lock_release', { lock_token: lock['lock_token'] });
    expect(await ok('file_read', { workspace, path: 'a.md' })).toMatchObject({ text: 'two\n' });
    await ok('file_stat', { workspace, path: 'a.md' });
    await ok('file_versions', { workspace, path: 'a.md' });
    expect(await ok('file_diff', { workspace, path: 'a.md' })).toMatchObject({ diff: '@@ -1 +1 @@\n-one\n+two' });
    await ok('file_restore', { workspace, path: 'a.md', version: 1 });
    await ok('file_copy', { workspace, from: 'a.md', to: 'b.md', to_workspace: other });
    await ok('file_copy', { workspace, from: 'a.md', to: 'b.md' });
    await ok('file_move', { workspace, from: 'b.md', to: 'c.md' });
    expect(await ok('file_list', { workspace })).toMatchObject({ files: [{ path: 'a.md' }, { path: 'c.md' }] });
    await ok('file_find', { workspace, glob: '*.md' });

    for (const kind of jobKinds) {
      const { example } = kind;
      await ok('file_write', { workspace, path: example.path, text: example.text });
      const { job_id } = await ok(kind.name, { workspace, ...exampleArguments(kind) });
      const done = await ok('job_wait', { job_id });
      expect(done).toMatchObject({ status: 'succeeded' });
      const output = done['output'] as { path: string } | undefined;
      if (output) await ok('file_purge', { workspace, path: output.path });
      await ok('job_get', { job_id });
      for (const name of ['job_cancel', 'job_retry'])
        expect(await call(name, { job_id })).toMatchObject({ isError: true, structuredContent: { code: 'conflict' } });
      await ok('file_purge', { workspace, path: example.path });
    }
    await ok('job_list', { workspace });

    const wagon = 'The red wagon leaves at nine.';
    await ok('file_write', { workspace, path: 'wagon.md', text: wagon });
    await ok('workspace_update', { workspace, intelligence: true });
    let { last_seq: from } = await ok('event_list', { workspace });
    for (let isReady = false; !isReady;) {
      const state = await ok('knowledge_status', { workspace });
      isReady = state['state'] === 'ready' && Number(state['files_indexed']) > 0;
      if (!isReady) from = (await ok('event_wait', { workspace, types: ['index'], after_seq: from }))['last_seq'];
    }
    expect(await ok('knowledge_search', { workspace, query: 'wagon' })).toMatchObject({ passages: [{ text: wagon }] });
    expect(await ok('knowledge_ask', { workspace, question: 'When does the red wagon leave?' })).toMatchObject({
      citations: [{ quote: wagon }],
    });
    await ok('file_purge', { workspace, path: 'wagon.md' });
    await ok('workspace_update', { workspace, intelligence: false });

    const { upload_id } = await ok('upload_create', { workspace, path: 'up.bin', size_bytes: 3 });
    await ok('upload_status', { upload_id });
    await ok('upload_cancel', { upload_id });

    const key = (await hub.newKey(`guest ${line}`)).keyId;
    await ok('member_set', { workspace, key, role: 'viewer' });
    await ok('member_list', { workspace });
    await ok('member_remove', { workspace, key });
    await ok('audit_list', { workspace });
    const link = await ok('link_create', { workspace, path: 'a.md' });
    await ok('link_list', { workspace });
    await ok('link_revoke', { link_id: link['link_id'] });
    const offered = await hub.newKey(`giver ${line}`);
    const given = await ok('workspace_create', { name: `${other}, given` });
    const offer = await ok('transfer_create', { workspace: given['workspace'] });
    await ok('transfer_list', { workspace: given['workspace'] });
    await ok('transfer_cancel', { transfer_id: offer['transfer_id'] });
    const { tokenSha256, token } = newClaimToken();
    const giver = { actor: { kind: 'agent', key: offered.keyId } } as const;
    const theirs = await hub.server.hub.execute(createWorkspace, { name: `${other}, theirs` }, giver);
    await hub.server.hub.execute(createTransfer, { ...theirs, tokenSha256, keptRole: 'none' }, giver);
    await ok('transfer_claim', { token });
    for (const name of ['given', 'theirs'].map((one) => `${other}, ${one}`)) {
      await ok('workspace_delete', { workspace: name, confirm: name });
    }

    const { events } = await ok('event_list', { workspace, after_seq: seq });
    expect((events as unknown[]).length).toBeGreaterThan(8);
    await ok('event_wait', { workspace, after_seq: seq });
    expect(await ok('file_delete', { workspace, path: 'a.md' })).toMatchObject({
      deleted: true,
      version: expect.any(Number),
    });
    for (const path of ['a.md', 'c.md']) await ok('file_purge', { workspace, path });
    await ok('workspace_delete', { workspace: other, confirm: other });
    const left = tools.flatMap(({ name }) => (called.has(name) ? [] : [name]));
    expect(left, 'tools that this test does not call yet').toEqual([]);
    expect(await untrueEffects(before)).toEqual([]);

    // A refusal too must pass the client's own check of structured content.
    expect(await call('file_read', { workspace, path: 'none.md' })).toMatchObject({
      isError: true,
      structuredContent: { code: 'not_found' },
    });
    await expect(call('no_such_tool')).rejects.toMatchObject({ code: -32_602 });

    expect((await client.readResource({ uri: 'signalbox://guide' })).contents).toHaveLength(1);
    expect((await client.getPrompt({ name: 'summarize_workspace', arguments: {} })).messages).toHaveLength(2);
    await client.close();
  });
}
