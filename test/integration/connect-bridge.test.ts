import { readFile } from 'node:fs/promises';
import { Client as Client2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  CreateMessageRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withFixtures } from '../support/conformance/offered.ts';
import { statelessMeta } from '../support/agent.ts';
import { connectProgram, emptyDataDir, plainEnv, startConnect, textIn } from '../support/connect-process.ts';
import { nextOf, untilEvent } from '../support/until.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let folder: Awaited<ReturnType<typeof emptyDataDir>>;
let world: TestServer;
let eventsUri = '';
beforeAll(async () => {
  folder = await emptyDataDir();
  world = await startTestHub({ dataDir: folder.dataDir, offered: (own) => withFixtures(own, async () => undefined) });
  eventsUri = `signalbox://workspaces/${world.workspace}/events`;
});
afterAll(async () => {
  await world.close();
  await folder[Symbol.asyncDispose]();
});

const stdio = (...args: string[]) => ({
  command: process.execPath,
  args: [connectProgram, '--data-dir', folder.dataDir, ...args],
  env: plainEnv(),
  stderr: 'ignore' as const,
});

/** Has a file written by the hub's own person, so that a subscriber hears of it. */
async function write(path: string): Promise<void> {
  await world.server.files.write(
    { actor: { kind: 'human' } },
    { workspace: world.workspace, path, content: Buffer.from('text'), source: 'tool' },
  );
}

test('[CN6] the official client of the session revisions lists, calls, is asked, and hears of progress, log and events', async () => {
  const client = new Client1({ name: 'official-1', version: '1' }, { capabilities: { sampling: {} } });
  client.setRequestHandler(CreateMessageRequestSchema, async ({ params }) => ({
    model: 'none',
    role: 'assistant',
    content: { type: 'text', text: `heard ${params.messages.length}` },
  }));
  const heard: unknown[] = [];
  const notified = new Promise<unknown>((resolve) => {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params));
  });
  const logged = new Promise<unknown>((resolve) => {
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => resolve(params));
  });
  await client.connect(new Stdio1(stdio('--as', 'official one')));
  try {
    expect(client.getServerVersion()).toMatchObject({ name: 'signalbox' });
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('whoami');
    const who = await client.callTool({ name: 'whoami', arguments: {} });
    expect(who.structuredContent).toMatchObject({ wire: 'streamable', protocol_version: '2025-11-25' });
    expect(JSON.stringify(who.structuredContent)).toContain('official one');
    const answered = await client.callTool({ name: 'test_sampling', arguments: { prompt: 'hello' } });
    expect(textIn(answered)).toBe('LLM response: heard 1');
    await client.callTool({ name: 'test_tool_with_progress', arguments: {} }, undefined, {
      onprogress: (progress) => heard.push(progress),
    });
    expect(heard.length).toBeGreaterThan(0);
    await client.setLoggingLevel('debug');
    await client.subscribeResource({ uri: eventsUri });
    await write('notified-1.txt');
    expect(await notified).toMatchObject({ uri: eventsUri });
    expect(await logged).toBeDefined();
  } finally {
    await client.close();
  }
});

test('[CN7] the official client of 2026-07-28 is served statelessly, with a subscription', async () => {
  const client = new Client2(
    { name: 'official-2', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const notified = new Promise<unknown>((resolve) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params));
  });
  await client.connect(new Stdio2(stdio('--as', 'official two')));
  try {
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('whoami');
    const who = await client.callTool({ name: 'whoami', arguments: {} });
    expect(who.structuredContent).toMatchObject({ wire: 'stateless', protocol_version: '2026-07-28' });
    const subscription = await client.listen({ resourceSubscriptions: [eventsUri] });
    await write('notified-2.txt');
    expect(await notified).toMatchObject({ uri: eventsUri });
    await subscription.close();
  } finally {
    await client.close();
  }
});

test('[CN7] a client that asks for the newest revision gets it, and one that begins with "initialize" the revision it names', async () => {
  const client = new Client2({ name: 'auto', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new Stdio2(stdio('--as', 'auto')));
  try {
    const who = await client.callTool({ name: 'whoami', arguments: {} });
    expect(who.structuredContent).toMatchObject({ wire: 'stateless' });
  } finally {
    await client.close();
  }
  await using old = startConnect({ dataDir: folder.dataDir, args: ['--as', 'old'] });
  expect((await old.handshake({ version: '2024-11-05' })).result).toMatchObject({ protocolVersion: '2024-11-05' });
});

test('[CN8] a call that is cancelled ends in the hub, on both sides of the bridge, and gets no answer', async () => {
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'canceller'] });
  await bridge.handshake();
  const wait = { timeout_ms: 300_000, after_seq: 0, types: ['file.restored'] };
  for (const meta of [undefined, statelessMeta('canceller')]) {
    const ended = untilEvent(world.server.hub, (event) => event.type === 'tool.called' && event.tool === 'event_wait');
    const id = bridge.begin('tools/call', {
      name: 'event_wait',
      arguments: wait,
      ...(meta ? { _meta: meta } : {}),
    });
    // The hub has the call when it answers one that was sent after it.
    await (meta ? bridge.ask('tools/list', { _meta: meta }) : bridge.ask('tools/list'));
    bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    expect(await ended).toMatchObject({ outcome: 'cancelled' });
    await bridge.ask('ping');
    expect(bridge.lines.some((line) => (JSON.parse(line) as { id?: unknown }).id === id)).toBe(false);
  }
});

test('[CN9] stdout has JSON-RPC and nothing else, a message a line, also for texts with separators of their own', async () => {
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'lines'] });
  bridge.send('this is no message');
  bridge.send('[]');
  bridge.send('');
  await bridge.handshake();
  await bridge.call('file_write', { path: 'lines.txt', text: 'one\u2028two\u0085three\r\nfour' });
  const read = await bridge.call('file_read', { path: 'lines.txt' });
  expect(JSON.stringify(read)).toContain('one\u2028two');
  const messages = bridge.lines.map((line) => JSON.parse(line) as { jsonrpc?: unknown; error?: { code: number } });
  expect(messages.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
  expect(messages.filter(({ error }) => error?.code === -32_700)).toHaveLength(2);
  expect(bridge.lines.join('')).not.toMatch(/[\u0085\u2028\u2029]/u);
  expect(await bridge.leave()).toBe(0);
});

test('[CN10] the bridge ends when its client leaves, after the answers that were asked for, and ends its session', async () => {
  const closed = untilEvent(world.server.hub, (event) => event.type === 'session.closed');
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'leaver'] });
  await bridge.handshake();
  const id = bridge.begin('tools/call', { name: 'whoami', arguments: {} });
  expect(await bridge.leave()).toBe(0);
  expect((await bridge.answer(id)).result).toBeDefined();
  expect(await closed).toMatchObject({ reason: 'The agent ended it.' });

  await using killed = startConnect({ dataDir: folder.dataDir, args: ['--as', 'killed'] });
  await killed.handshake();
  await killed.ask('resources/subscribe', { uri: eventsUri });
  await write('before-the-kill.txt');
  await killed.message(({ params }) => params?.uri === eventsUri); // so its stream is open
  const dropped = nextOf(world.server.hub, 'session.dropped');
  killed.child.kill('SIGKILL');
  await dropped; // the hub is as with any client whose connection broke
});

test('[CN11] without --as the key is named after the client; two that start at once share a key and are two agents', async () => {
  await using one = startConnect({ dataDir: folder.dataDir });
  await using two = startConnect({ dataDir: folder.dataDir });
  await Promise.all([one.handshake({ name: 'some/client' }), two.handshake({ name: 'some/client' })]);
  const [a, b] = await Promise.all([one.call('whoami'), two.call('whoami')]);
  const keys = [...world.server.hub.state.keys.values()].filter(({ name }) => name === 'some-client');
  expect(keys).toHaveLength(1);
  const agents = [...world.server.hub.state.sessions.values()].filter(({ keyId }) => keyId === keys[0]?.id);
  expect(new Set(agents.map(({ agent }) => agent))).toEqual(new Set(['some-client', 'some-client 2']));
  expect(textIn(a)).not.toBe(textIn(b));
});

test('[CN12] the bridge is one file without packages or native parts', async () => {
  const code = await readFile(connectProgram, 'utf8');
  const imported = [...code.matchAll(/^(?:import|export) .*?from "(.+?)";$/gmu)].map(([, from = '']) => from);
  expect(imported.length).toBeGreaterThan(5);
  expect(imported.filter((from) => !from.startsWith('node:'))).toEqual([]);
  expect(code).not.toMatch(/\brequire\(["']|getBuiltinModule|import\(/u);
});
