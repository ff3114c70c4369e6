import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { FrameBody, FrameContent, FrameHead, FrameRecord } from '../../src/protocol/frame-record.ts';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { captureTcp, type CapturedExchange, type TcpCapture } from '../support/tcp-capture.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, talkRaw } from '../support/wire-client.ts';

let capture: TcpCapture;
let hub: TestServer;
let url: string;

beforeAll(async () => {
  capture = await captureTcp();
  hub = await startTestHub({ allowedHosts: [capture.host] });
  capture.passTo(Number(new URL(hub.url).port));
  url = `http://${capture.host}`;
});
afterAll(async () => {
  await hub.close();
  await capture.close();
});

const latin1 = ({ text, encoding }: FrameBody): string => Buffer.from(text, encoding).toString('latin1');
const lines = ({ line, headers }: FrameHead): string =>
  [line, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n');

/** Everything that was recorded. */
async function recorded(): Promise<FrameRecord[]> {
  const { frames } = await hub.server.recorder.page({ limit: 100_000 });
  return frames.toReversed();
}

interface Rebuilt {
  readonly request: string;
  /** Head and body of the response, in pieces as they were written. */
  readonly response: readonly string[];
}

/** The exchanges that were recorded, put together again from their frames. */
async function rebuilt(): Promise<Rebuilt[]> {
  const frames = await recorded();
  const contents = new Map<string, FrameContent>();
  for (const { id } of frames) contents.set(id, await hub.server.recorder.get(id));
  return frames
    .filter(({ kind, method }) => kind === 'exchange' && method !== undefined)
    .map(({ id }) => {
      const { request, response, body, answer } = contents.get(id) ?? {};
      const parts = frames.filter(({ exchange, kind }) => exchange === id && kind !== 'close');
      const isStream = response?.headers.some(([, value]) => value === 'text/event-stream') === true;
      const text = (frame: FrameRecord): string => {
        const own = contents.get(frame.id)?.body;
        if (!own) return '';
        if (!isStream || frame.direction === 'in') return latin1(own);
        const isMessage = ['request', 'response', 'notification'].includes(frame.kind);
        if (!isMessage) return latin1(own);
        const eventId = frame.eventId === undefined ? '' : `id: ${frame.eventId}\n`;
        return `${eventId}event: message\ndata: ${latin1(own)}\n\n`;
      };
      const of = (direction: string): string[] => parts.filter((part) => part.direction === direction).map(text);
      const sent = body ? latin1(body) : of('in').join('');
      const got = answer ? [latin1(answer)] : of('out');
      return {
        request: request ? `${lines(request)}\r\n\r\n${sent}` : sent,
        response: response ? [`${lines(response)}\r\n\r\n`, ...got] : got,
      };
    });
}

const MARK = Buffer.from('••••').toString('latin1');

/** Whether a recorded text is what was captured, where its markers stand for anything. */
function isSame(kept: string, seen: string): boolean {
  const parts = kept.split(MARK).flatMap((part) => part.split('••••'));
  const pattern = parts.map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/gu, '\\$&')).join('[^\\r\\n"]*?');
  return new RegExp(`^${pattern}$`, 'su').test(seen);
}

/** Whether a response was recorded as it was captured. What was written behind a reader that left, nobody could see. */
function isSameResponse(kept: readonly string[], { response, isCut }: CapturedExchange): boolean {
  if (!isCut) return isSame(kept.join(''), response);
  const whole = response.slice(0, Math.max(response.indexOf('\r\n\r\n') + 4, response.lastIndexOf('\n\n') + 2));
  return [...kept, ''].some((_piece, count) => isSame(kept.slice(0, count).join(''), whole));
}

test('[RC4] what real clients on all three wires and bad requests put on the wire is recorded byte for byte, but for the markers', async () => {
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  for (const connect of Object.values(connections)) {
    const event = Promise.withResolvers<void>();
    const link = await connect({
      url,
      key: hub.key,
      name: 'recorded',
      subscribeTo: uri,
      onEvent: () => event.resolve(),
      onLost: () => undefined,
    });
    await link.call('file_write', { path: 'ä/plan.md', text: 'žluťoučký 🐎 \u2028 kůň' });
    await link.call('file_read', { path: 'ä/plan.md' });
    const lock = await link.call('lock_acquire', { path: 'ä/plan.md', ttl_s: 60 });
    await link.call('lock_release', { lock_token: lock['lock_token'] });
    await link.call('file_read', { path: 'none' }).catch(() => undefined);
    await event.promise;
    await link.close();
  }
  const json = { 'content-type': 'application/json' };
  await ask(`${url}/mcp`, { body: initialize() }); // no key
  await ask(`${url}/sse`, { method: 'GET', headers: bearer('sbx_wrong-key-of-nobody-at-all-0123456789') });
  await ask(`${url}/sse`, { method: 'GET', headers: { ...bearer(hub.key), accept: 'application/json' } });
  await ask(`${url}/sse`, { headers: bearer(hub.key), body: initialize() });
  await ask(`${url}/mcp`, { headers: { ...bearer(hub.key), origin: 'https://elsewhere.example' }, body: initialize() });
  await ask(`${url}/.well-known/oauth-protected-resource`, { method: 'GET' });
  await ask(`${url}/.well-known/oauth-authorization-server/mcp`, { method: 'GET' });
  await ask(`${url}/mcp`, { headers: { ...bearer(hub.key), ...json }, body: '{"jsonrpc": "2.0", "id": 1, ' });
  await ask(`${url}/mcp`, { headers: bearer(hub.key), body: rpc(7, 'ping') }); // no session
  const bytes = '\u00ff\u00fe{"not":"UTF-8"}';
  const head = `POST /mcp HTTP/1.1\r\nHost: ${capture.host}\r\nAuthorization: Bearer ${hub.key}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nConnection: close\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.resume();
  socket.write(Buffer.from(head + bytes, 'latin1'));
  await closed;
  // A batch, with numbers and members that no parser would print again like that.
  const opened = await ask(`${url}/mcp`, { headers: bearer(hub.key), body: initialize('2025-03-26') });
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const odd = ` {"jsonrpc":"2.0","id":1.0,"method":"ping","params":{"n":1e3,"n":-0}} `;
  await ask(`${url}/mcp`, { headers: { ...bearer(hub.key), ...json, ...session }, body: `[${odd},\n${odd}]` });
  await ask(`${url}/mcp`, { headers: { ...bearer(hub.key), ...json, ...session }, body: odd });
  await ask(`${url}/mcp`, { method: 'DELETE', headers: { ...bearer(hub.key), ...session } });
  const stream = await openStream(`${url}/sse`, { headers: bearer(hub.key) });
  const post = await endpointOf(stream, url);
  await ask(post, { headers: { ...bearer(hub.key), ...json }, body: odd });
  await stream.message();
  stream.drop();
  await stream.ended;

  await vi.waitFor(async () => {
    const pending = (await recorded()).filter(({ kind, outcome }) => kind === 'exchange' && outcome === 'pending');
    expect(pending).toEqual([]);
  }, 60_000);
  const left = await rebuilt();
  const seen = capture.exchanges();
  expect(seen.length).toBeGreaterThan(40);
  for (const exchange of seen) {
    const { request, response } = exchange;
    const at = left.findIndex((one) => isSame(one.request, request) && isSameResponse(one.response, exchange));
    const near = left.filter((one) => isSame(one.request, request));
    expect(
      at,
      `${request}\n---\n${response}\n--- recorded with this request: ${JSON.stringify(near, null, 1)}`,
    ).not.toBe(-1);
    left.splice(at, 1);
  }
  expect(left).toEqual([]);
  const stored = JSON.stringify(await Promise.all((await recorded()).map(({ id }) => hub.server.recorder.get(id))));
  expect(stored).not.toContain(hub.key.slice(4, -4));
  expect(stored).not.toMatch(/lck_[0-9a-z]{16}/u);
});

test('[RC5] a request that its client left, and what is no HTTP, are recorded with what came of them', async () => {
  const { newest } = await hub.server.recorder.page({ limit: 1 });
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    `POST /mcp HTTP/1.1\r\nHost: ${capture.host}\r\nAuthorization: Bearer ${hub.key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"json`,
  );
  await vi.waitFor(async () => {
    const { frames } = await hub.server.recorder.page({ after: newest, limit: 10 });
    expect(frames).toMatchObject([{ kind: 'exchange', method: 'POST', subject: '/mcp', outcome: 'pending' }]);
  }, 60_000);
  socket.destroy();
  const answer = await talkRaw(url, 'hello hub\r\n\r\n');
  expect(answer).toContain('400 Bad Request');
  await vi.waitFor(async () => {
    const { frames } = await hub.server.recorder.page({ after: newest, limit: 10 });
    expect(frames).toMatchObject([
      { outcome: 'aborted', keyId: expect.stringMatching(/^key_/u) },
      { kind: 'exchange', status: 400, outcome: 'refused', code: 'bad_request' },
    ]);
    const content = await hub.server.recorder.get(frames[1]?.id ?? '');
    expect(content.body?.text).toBe('hello hub\r\n\r\n');
    expect(`${content.response?.line}`).toBe('HTTP/1.1 400 Bad Request');
    expect(answer.endsWith(content.answer?.text ?? 'none')).toBe(true);
  }, 60_000);
});

test('[RC17] the page of the desk, its parts and its login are not recorded but when they are refused; a client at / is', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'signalbox-page-'));
  await mkdir(path.join(dir, 'assets'));
  await writeFile(path.join(dir, 'index.html'), '<!doctype html><title>Signalbox</title>');
  await writeFile(path.join(dir, 'assets', 'part.js'), '1;');
  const desk = await startTestHub({ dashboardDir: dir });
  try {
    const at = new URL(desk.url).origin;
    const page = { method: 'GET', headers: { accept: 'text/html,*/*;q=0.8' } };
    expect(await ask(`${at}/`, page)).toMatchObject({ status: 200 });
    expect(await ask(`${at}/assets/part.js`, { method: 'GET' })).toMatchObject({ status: 200 });
    expect(await ask(`${at}/api/whoami`, { method: 'GET' })).toMatchObject({ status: 401 });
    expect(await ask(`${at}/api/login`, { body: { token: 'wrong' } })).toMatchObject({ status: 401 });
    expect(await ask(`${at}/`, { method: 'GET' })).toMatchObject({ status: 200 });
    await vi.waitFor(async () => {
      const { frames } = await desk.server.recorder.page({ limit: 10 });
      expect(frames.toReversed()).toMatchObject([
        { method: 'POST', subject: '/api/login', outcome: 'refused', status: 401 },
        { method: 'GET', subject: '/', outcome: 'ok', status: 200 },
      ]);
    }, 60_000);
  } finally {
    await desk.close();
    await rm(dir, { recursive: true });
  }
});
