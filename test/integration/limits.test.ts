import { expect, test, vi } from 'vitest';
import { type LimitName, limitNames, limitTable, limitsWith } from '../../src/hub/limits.ts';
import { HUB } from '../../src/hub/rule.ts';
import { dropSession } from '../../src/hub/rules/sessions.ts';
import type { StartJobProcess } from '../../src/hub/jobs/job-process.ts';
import { statelessHeaders, statelessMeta } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize, openStream, rpc, type WireStream } from '../support/wire-client.ts';

/** Two of each; what holds a whole room in bytes has tests of its own (LM5, ST25, ST34). */
// For one name of an agent too many, another is forgotten: see AG7.
const COUNTED = limitNames.filter((name) => !name.includes('-bytes-') && name !== 'agents-per-key');

/** One more of what a limit counts, for a key: `ok`, or the refusal's code. Different each time. */
type Attempt = (secret: string, number: number) => Promise<string>;

let hub: TestServer;
/** Streams and calls that the attempts leave open. */
const open: (() => void)[] = [];

async function call(secret: string, tool: string, args: object): Promise<string> {
  const answer = await ask(hub.server.mcp, {
    headers: { ...statelessHeaders(secret, 'tools/call', tool), accept: 'application/json' },
    body: rpc(1, 'tools/call', { name: tool, arguments: args, _meta: statelessMeta('limits') }),
  });
  if (answer.json.error) return String(answer.json.error.data?.['code']);
  const result = answer.json.result as { isError?: boolean; structuredContent: { code: string } };
  return result.isError ? result.structuredContent.code : 'ok';
}

/** A call that goes on waiting; resolves when the hub says no or `waits` says that it waits. */
async function callThatWaits(secret: string, tool: string, args: object, waits: () => number): Promise<string> {
  const before = waits();
  let answered: string | undefined;
  const leave = new AbortController();
  open.push(() => leave.abort());
  void fetch(hub.server.mcp, {
    method: 'POST',
    signal: leave.signal,
    headers: {
      ...statelessHeaders(secret, 'tools/call', tool),
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify(rpc(1, 'tools/call', { name: tool, arguments: args, _meta: statelessMeta('limits') })),
  })
    .then(async (response) => {
      const { error, result } = (await response.json()) as {
        error?: { data: { code: string } };
        result?: { structuredContent: { code?: string } };
      };
      answered = error?.data.code ?? result?.structuredContent.code ?? 'answered';
    })
    .catch(() => undefined);
  await vi.waitUntil(() => answered !== undefined || waits() > before);
  return answered ?? 'ok';
}

async function opened(stream: Promise<WireStream>): Promise<string> {
  const { status, drop } = await stream;
  open.push(drop);
  return status === 200 ? 'ok' : `status ${status}`;
}

const listen = (secret: string, uris: readonly string[]): Promise<WireStream> =>
  openStream(hub.server.mcp, {
    method: 'POST',
    headers: { ...statelessHeaders(secret, 'subscriptions/listen'), accept: 'application/json, text/event-stream' },
    body: rpc(1, 'subscriptions/listen', {
      notifications: { resourceSubscriptions: uris },
      _meta: statelessMeta('limits'),
    }),
  });

const fileUri = (name: string): string => `signalbox://workspaces/${hub.workspace}/files/${name}`;
const neverDone: StartJobProcess = ({ onExit }) => ({ send: () => undefined, kill: () => onExit('was ended') });
let names = 0;
const path = (): string => `f${++names}.txt`;

/** What is refused at once is no stream: its body says why. */
async function listened(secret: string, uris: readonly string[]): Promise<string> {
  const stream = await listen(secret, uris);
  open.push(() => stream.drop());
  if (stream.headers['content-type']?.startsWith('text/event-stream')) {
    await stream.message();
    return 'ok';
  }
  return 'limit_reached';
}

const lock = (secret: string, wait: number, name = path()): Promise<string> =>
  wait === 0
    ? call(secret, 'lock_acquire', { path: name })
    : callThatWaits(secret, 'lock_acquire', { path: name, wait_ms: wait }, () => hub.server.locks.waiting);

async function subscribe(secret: string, count: number): Promise<string> {
  const headers = bearer(secret);
  const begun = await ask(hub.server.mcp, { headers, body: initialize() });
  const session = { ...headers, 'mcp-session-id': String(begun.headers['mcp-session-id']) };
  for (let n = 0; n < count; n++) {
    const answer = await ask(hub.server.mcp, {
      headers: session,
      body: rpc(n, 'resources/subscribe', { uri: fileUri(path()) }),
    });
    if (answer.json.error) return String(answer.json.error.data?.['code']);
  }
  return 'ok';
}

async function queueJob(secret: string): Promise<string> {
  return call(secret, 'file_extract', { path: 'job.bin' });
}

const attempts: Record<Exclude<LimitName, `${string}-bytes-${string}` | 'agents-per-key'>, Attempt> = {
  'sessions-per-key': (secret) => opened(openStream(hub.server.sse, { headers: bearer(secret) })),
  'stateless-sessions-per-key': async (secret, n) => {
    const stream = await openStream(hub.server.mcp, {
      method: 'POST',
      headers: { ...statelessHeaders(secret, 'subscriptions/listen'), accept: 'application/json, text/event-stream' },
      body: rpc(1, 'subscriptions/listen', {
        notifications: { toolsListChanged: true },
        _meta: statelessMeta(`client ${n}`),
      }),
    });
    open.push(() => stream.drop());
    return stream.status === 200 ? 'ok' : `status ${stream.status}`;
  },
  sessions: (secret) => opened(openStream(hub.server.sse, { headers: bearer(secret) })),
  'subscriptions-per-session': (secret, n) => (n < 2 ? Promise.resolve('ok') : subscribe(secret, 3)),
  'subscriptions-per-key': (secret) => subscribe(secret, 1),
  'listens-per-key': (secret) => listened(secret, [fileUri('a')]),
  'uris-per-listen': (secret, n) =>
    listened(
      secret,
      Array.from({ length: n + 1 }, () => fileUri(path())),
    ),
  'calls-per-key': (secret) =>
    callThatWaits(secret, 'event_wait', { timeout_ms: 50_000 }, () => hub.server.inUse.calls.all),
  'waits-per-key': (secret) =>
    callThatWaits(secret, 'event_wait', { timeout_ms: 50_000 }, () => hub.server.inUse.waits.all),
  waits: (secret) => callThatWaits(secret, 'event_wait', { timeout_ms: 50_000 }, () => hub.server.inUse.waits.all),
  'locks-per-key': (secret) => lock(secret, 0),
  'locks-per-workspace': (secret) => lock(secret, 0),
  locks: (secret) => lock(secret, 0),
  'lock-waits-per-key': async (secret, n) => {
    await lock(hub.key, 0, `held${n}.txt`);
    return lock(secret, 50_000, `held${n}.txt`);
  },
  'waits-per-lock': async (_secret, n) => {
    await lock(hub.key, 0, 'held.txt');
    const other = await hub.newKey(`waiter${++names}`, 'editor');
    return lock(other.secret, 50_000, n < 3 ? 'held.txt' : path());
  },
  'uploads-per-key': (secret) => call(secret, 'upload_create', { path: path(), size_bytes: 1 }),
  'uploads-per-workspace': (secret) => call(secret, 'upload_create', { path: path(), size_bytes: 1 }),
  uploads: (secret) => call(secret, 'upload_create', { path: path(), size_bytes: 1 }),
  'jobs-per-key': queueJob,
  'jobs-per-workspace': queueJob,
  jobs: queueJob,
  'links-per-workspace': (secret) => call(secret, 'link_create', { path: 'job.bin' }),
  'transfers-per-workspace': (secret) => call(secret, 'transfer_create', {}),
  'workspaces-per-key': (secret) => call(secret, 'workspace_create', { name: `w${++names}` }),
};

test.each(COUNTED)('[LM1] of %s, one more than there may be is refused, and with what to do', async (name) => {
  hub = await startTestHub({ limits: { [name]: 2 }, startJobProcess: neverDone });
  await hub.server.files.write(
    { actor: { kind: 'human' } },
    { workspace: hub.workspace, path: 'job.bin', content: Buffer.from('job'), source: 'tool' },
  );
  const { scope } = limitTable[name];
  const greedy = await hub.newKey('greedy', 'owner');
  const other = await hub.newKey('other', 'owner');
  const attempt = attempts[name as keyof typeof attempts];
  expect([await attempt(greedy.secret, 0), await attempt(greedy.secret, 1)]).toEqual(['ok', 'ok']);
  expect(await attempt(greedy.secret, 2)).toMatch(/^(?:limit_reached|status 429)$/u);
  // Who reaches a limit of its own takes nothing from the others.
  if (scope === 'key') expect(await attempt(other.secret, 3)).toBe('ok');
  if (scope === 'workspace' || scope === 'hub') {
    expect(await attempt(other.secret, 3)).toMatch(/^(?:limit_reached|status 429)$/u);
  }
  for (const close of open.splice(0)) close();
  await hub.close();
});

test('[LM2] another limit is refused where there is none of its name, or its value is none', () => {
  expect(limitsWith({ uploads: 5 }).uploads).toBe(5);
  expect(() => limitsWith({ upload: 5 })).toThrow('There is no limit upload. There are sessions-per-key, ');
  for (const value of [0, -1, 1.5, NaN, Infinity]) expect(() => limitsWith({ uploads: value })).toThrow('whole number');
});

test('[LM3] the guide names each limit but those of the whole hub, with its value', async () => {
  const own = await startTestHub({ limits: { 'locks-per-key': 77 } });
  const answer = await ask(own.server.mcp, {
    headers: { ...statelessHeaders(own.key, 'resources/read', 'signalbox://guide'), accept: 'application/json' },
    body: rpc(1, 'resources/read', { uri: 'signalbox://guide', _meta: statelessMeta('guide') }),
  });
  const text = JSON.stringify(answer.json.result);
  expect(text).toContain('each key: 77 held locks');
  for (const name of limitNames) {
    expect(text.includes(limitTable[name].what), name).toBe(limitTable[name].scope !== 'hub' || sameWords(name));
  }
  await own.close();
});

/** Whether a key or a workspace has a limit in the same words. */
function sameWords(name: LimitName): boolean {
  return limitNames.some(
    (other) => limitTable[other].scope !== 'hub' && limitTable[other].what.includes(limitTable[name].what),
  );
}

test('[LM4] for one session more, the one of its key that has been idle longest is closed', async () => {
  const own = await startTestHub({ limits: { 'sessions-per-key': 2 } });
  const begin = async (secret: string): Promise<string> =>
    String((await ask(own.server.mcp, { headers: bearer(secret), body: initialize() })).headers['mcp-session-id']);
  const other = await begin((await own.newKey('other', 'viewer')).secret);
  const [first, second] = [await begin(own.key), await begin(own.key)];
  const third = await begin(own.key);
  expect([first, second, third, other].map((id) => own.server.hub.state.sessions.has(id))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  const closed = (await own.server.hub.audit.pastSessions({})).items[0];
  expect(closed).toMatchObject({ id: first, closeReason: 'Its key has 2 newer sessions.' });
  await own.close();
});

test('[LM8] a session whose client has left goes before one that has only been quiet for longer', async () => {
  const own = await startTestHub({ limits: { 'sessions-per-key': 2 } });
  const begin = async (): Promise<string> =>
    String((await ask(own.server.mcp, { headers: bearer(own.key), body: initialize() })).headers['mcp-session-id']);
  const quiet = await begin();
  const left = await begin();
  own.server.hub.commit(dropSession, { sessionId: left, reason: 'It left.' }, HUB);
  const third = await begin();
  expect([...own.server.hub.state.sessions.keys()]).toEqual([quiet, third]);
  await own.close();
});
