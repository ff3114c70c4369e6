import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { HubProcess } from '../support/hub-process.ts';
import { untilReady } from '../support/indexed.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub } from '../support/start-test-hub.ts';

test('[KN5] a hub that is killed while it indexes goes on where it was', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'signalbox-killed-'));
  const hub = await startTestHub({ dataDir });
  const { workspace, key } = hub;
  for (let n = 0; n < 80; n += 1) {
    const content = Buffer.from(`# Wagon ${n}\n\nIt is coupled at platform ${n}. ${'And more. '.repeat(200)}`);
    await hub.server.files.write(human, { workspace, path: `${n}.md`, content, source: 'upload' });
  }
  await hub.close();
  const child = await HubProcess.start(dataDir);
  const client = new Client({ name: 'watcher', version: '1' });
  const options = { requestInit: { headers: { Authorization: `Bearer ${key}` } } };
  await client.connect(new StreamableHTTPClientTransport(new URL(child.announced.mcp), options));
  const call = async (name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> =>
    ((await client.callTool({ name, arguments: args })) as CallToolResult).structuredContent as Record<string, unknown>;
  let { last_seq: after } = await call('event_list', {});
  await call('workspace_update', { intelligence: true });
  for (let done = 0; done === 0;) {
    const { events, last_seq: last } = await call('event_wait', { types: ['index'], after_seq: after });
    done = Math.max(...(events as { done: number }[]).map((each) => each.done));
    after = last;
  }
  await child.kill();
  const again = await startTestHub({ dataDir });
  try {
    const { hub: next, knowledge } = again.server;
    const before = await knowledge.status(workspace);
    if (before.state !== 'ready') await untilReady(next, workspace);
    expect(await knowledge.status(workspace)).toMatchObject({ state: 'ready', files: { indexed: 80, queued: 0 } });
    const { passages } = await knowledge.search('test', workspace, { query: 'coupled at platform 42' });
    expect(passages[0]).toMatchObject({ path: '42.md', version: 1 });
  } finally {
    await again.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
