import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FrameContent, FrameRecord } from '../../src/protocol/frame-record.ts';
import { har as validateHar } from 'har-validator';
import type { Har } from '../../src/protocol/export/har.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { cliHost, type TestCliHost } from '../support/cli-host.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

let hub: TestServer;
let session: string;
const text = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"whoami","arguments":{},"n":1e3,"n":1.0}}';

beforeAll(async () => {
  hub = await startTestHub();
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize('2025-06-18') });
  session = String(opened.headers['mcp-session-id']);
  await send(text);
});
afterAll(() => hub.close());

async function send(body: string): Promise<void> {
  const headers = { ...bearer(hub.key), 'content-type': 'application/json', 'mcp-session-id': session };
  expect((await ask(`${hub.server.mcp}?key=${'sbx_'.padEnd(20, 'q')}`, { headers, body })).status).toBe(200);
}

async function run(...args: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const host = cliHost({ SIGNALBOX_DATA_DIR: hub.dataDir });
  const exitCode = await runCli(args, host);
  return { exitCode, out: host.out(), err: host.err() };
}

test('[CL30] wire export writes the frames of a filter as a bundle: what was sent, with secrets masked', async () => {
  const { exitCode, out, err } = await run('wire', 'export', '--filter', 'tool:whoami');
  expect([exitCode, err]).toEqual([
    0,
    expect.stringMatching(/^Exported \d frames with .* of content; secrets are masked\.\n$/u),
  ]);
  const [head, ...lines] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(head).toMatchObject({ signalbox: 'frames', version: 1, filter: 'tool:whoami', content: true });
  const contents = lines as FrameContent[];
  expect(contents.map(({ frame }) => frame.kind)).toContain('request');
  expect(contents.find(({ frame }) => frame.kind === 'request')?.body?.text).toBe(text);
  expect(out).not.toContain(hub.key);
  const bare = await run('wire', 'export', '--filter', 'tool:whoami', '--no-content');
  expect(bare.err).toContain('without their content');
  expect(bare.out).not.toContain('1e3');
  expect((await run('wire', 'export', '--filter', 'tool:nothing')).out.trim().split('\n')).toHaveLength(1);
});

test('[CL31] wire export writes a new file, for its owner only, and refuses a filter that it does not understand', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'signalbox-export-'));
  const file = path.join(folder, 'wire.har');
  expect(await run('wire', 'export', '--format', 'har', '-o', file)).toMatchObject({ exitCode: 0, out: '' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const har = JSON.parse(await readFile(file, 'utf8')) as Har;
  expect(har.log.version).toBe('1.2');
  expect(await validateHar(har)).toBe(har); // by the schemas of the format, from npm
  const urls = har.log.entries.map(({ request }) => request.url);
  expect(urls).toContain(`${hub.url}/mcp?key=${encodeURIComponent('••••')}`);
  expect(JSON.stringify(har)).not.toContain(hub.key);
  const again = await run('wire', 'export', '--format', 'har', '-o', file);
  expect([again.exitCode, again.err]).toEqual([1, expect.stringContaining('it is there already; choose another name')]);
  const bad = await run('wire', 'export', '--filter', 'tol:x');
  expect([bad.exitCode, bad.err]).toEqual([1, expect.stringContaining('There is no tol:. Did you mean tool:?')]);
  await rm(folder, { recursive: true });
});

test('[CL31] [WR13] [WR14] wire export writes spans, and a page with the names of keys', async () => {
  const spans = await run('wire', 'export', '--format', 'otlp', '--filter', 'tool:whoami kind:request');
  expect([spans.exitCode, spans.out]).toEqual([0, expect.stringContaining('"name":"tools/call whoami"')]);
  const page = await run('wire', 'export', '--format', 'html', '--no-content', '--filter', 'tool:whoami');
  expect([page.exitCode, page.out]).toEqual([0, expect.stringMatching(/^<!doctype html>/u)]);
  expect(page.out).toContain('headers alone, no content');
  expect(page.out).toContain('whoami');
  for (const { out } of [spans, page]) expect(out).not.toContain(hub.key);
});

test('[CL32] wire tail prints the latest frames of a filter and those that come, each once, until it is interrupted', async () => {
  const host: TestCliHost = cliHost({ SIGNALBOX_DATA_DIR: hub.dataDir });
  const ended = runCli(['wire', 'tail', '--filter', 'tool:whoami kind:request', '--json'], host);
  await host.until((out) => out.includes('"rpcId":7'));
  await send(text.replace('"id":7', '"id":8'));
  await host.until((out) => out.includes('"rpcId":8'));
  await send('{"jsonrpc":"2.0","id":9,"method":"ping"}');
  await send(text.replace('"id":7', '"id":10'));
  await host.until((out) => out.includes('"rpcId":10'));
  host.interrupt();
  expect(await ended).toBe(0);
  const frames = host
    .out()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FrameRecord);
  expect(frames.map(({ rpcId }) => rpcId)).toEqual([7, 8, 10]);
  const lines = cliHost({ SIGNALBOX_DATA_DIR: hub.dataDir });
  const plain = runCli(['wire', 'tail', '--filter', 'id:7 kind:request', '-n', '1'], lines);
  await lines.until((out) => out.endsWith('\n'));
  lines.interrupt();
  expect(await plain).toBe(0);
  expect(lines.out()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}> .* {2}request {2}tools\/call {2}whoami {2}/u);
});
