import { statelessHeaders, statelessMeta } from '../support/agent.ts';
import { ask, bearer, initialize, openStream, rpc } from '../support/wire-client.ts';
import { Child } from './support/child.ts';
import { RawSse, type RpcMessage } from './support/raw-sse.ts';
import { count, type Row } from './support/report.ts';

/** A key may only do so much: those who attack have several. */
const KEYS = 50;
const WAITERS = 10_000;
/** As many as a workspace may have, but for those that come and go beside them. */
const LOCKS = 4_950;
const LOCK_EVENTS = 500;
const URIS = 1_000;
const LISTENS = 5;
const UNKNOWN = 500;
const AT_ONCE = 20;
/** What is over sooner is done again: of fewer looks at a loop than some thousand, the 99.9th percentile is the longest. */
const LASTS_MS = 8_000;

/** What agents do to stop a hub's loop, one after the other, beside a loop that has nothing to do. */
export async function attackMix(): Promise<Row[]> {
  const hub = await Child.start('hub-server.ts');
  const idle = await Child.start('idle-server.ts');
  const keys = await hub.keys(KEYS);
  const url = new URL(String(hub.ready['url']));
  const agents = await Promise.all(keys.map(async (key) => await RawSse.open(url, key)));
  const mix = attacks({ url: url.origin, keys, agents, workspace: String(hub.ready['workspace']) });
  const ours: Delay[] = [];
  const reference: Delay[] = [];
  const words: string[] = [];
  for (const [name, attack] of Object.entries(mix)) {
    await Promise.all([hub.ask('watch-loop'), idle.ask('watch-loop')]);
    const refused = await attack();
    const [mine, theirs] = [await hub.ask('loop-delay'), await idle.ask('loop-delay')].map(delayOf);
    if (!mine || !theirs) continue;
    ours.push(mine);
    reference.push(theirs);
    console.log(`  ${name}: p99.9 ${mine.p999.toFixed(1)} ms, longest ${mine.max.toFixed(1)} ms; ${refused}`);
    words.push(name);
  }
  for (const agent of agents) agent.close();
  await Promise.all([hub.stop(), idle.stop()]);
  const worst = (all: readonly Delay[], which: keyof Delay): number => Math.max(...all.map((delay) => delay[which]));
  return [
    {
      what: `event-loop delay under ${words.length} attacks`,
      ours: `p99.9 ${worst(ours, 'p999').toFixed(1)} ms, longest ${worst(ours, 'max').toFixed(1)} ms`,
      reference: `idle loop ${worst(reference, 'p999').toFixed(1)} ms, ${worst(reference, 'max').toFixed(1)} ms`,
      ratio: undefined,
      target: 'p99.9 ≤ 50 ms in each',
      holds: worst(ours, 'p999') <= 50,
    },
  ];
}

interface Delay {
  readonly p999: number;
  readonly max: number;
}

function delayOf({ p999, max }: Record<string, string>): Delay {
  return { p999: Number(p999), max: Number(max) };
}

interface Site {
  readonly url: string;
  readonly keys: readonly string[];
  readonly agents: readonly RawSse[];
  readonly workspace: string;
}

/** Each answers in words what became of it. */
function attacks({ url, keys, agents, workspace }: Site): Record<string, () => Promise<string>> {
  const call = async (n: number, name: string, args: Record<string, unknown>): Promise<RpcMessage> => {
    const agent = agents[n % agents.length];
    if (!agent) throw new Error('no agents');
    return await agent.request('tools/call', { name, arguments: args });
  };
  const isRefused = ({ result }: RpcMessage): boolean => result === undefined || result.isError === true;
  return {
    'waiters woken by one write': async () => {
      const waits = Array.from({ length: WAITERS }, (_, n) => call(n, 'event_wait', { timeout_ms: 50_000 }));
      await call(0, 'whoami', {}); // after it, the hub has all of them
      await call(0, 'file_write', { path: 'wake.txt', text: 'x' });
      const refused = (await Promise.all(waits)).filter(isRefused).length;
      return `${count(WAITERS - refused)} woken, ${count(refused)} refused`;
    },
    'lock events beside many locks': async () => {
      const taken = await inTurns(LOCKS, (n) => call(n, 'lock_acquire', { path: `l/${n}`, ttl_s: 3_600 }));
      await inTurns(LOCK_EVENTS, async (n) => {
        const path = `m/${n}`;
        const { result } = await call(n, 'lock_acquire', { path, ttl_s: 60 });
        const token = result?.structuredContent?.['lock_token'];
        return token === undefined ? result : await call(n, 'lock_release', { path, lock_token: token });
      });
      return `${count(taken.filter((message) => !isRefused(message)).length)} locks held`;
    },
    'listens of many URIs': async () => {
      const listens = (n: number) => listen(url, keys[n % LISTENS] ?? '', workspace, n);
      const statuses = await forAWhile(LISTENS, listens, LISTENS);
      return `${count(statuses.length)} answered ${[...new Set(statuses)].join(', ')}`;
    },
    'unknown keys': async () => {
      const tried = (n: number) => ask(`${url}/mcp`, { headers: bearer(`sbx_unknown${n}`), body: initialize() });
      const statuses = (await forAWhile(UNKNOWN, tried)).map(({ status }) => status);
      return `${count(statuses.length)} answered ${[...new Set(statuses)].join(', ')}`;
    },
    'unknown names': async () => {
      // Two for each key: three would suspend it.
      const ask = (n: number) => call(n, 'workspace_get', { workspace: `unknown ${n % 2}` });
      return `${count((await forAWhile(UNKNOWN, ask)).filter(isRefused).length)} refused`;
    },
  };
}

async function listen(url: string, key: string, workspace: string, n: number): Promise<number> {
  const uris = Array.from({ length: URIS }, (_, at) => `signalbox://workspaces/${workspace}/files/many/${n}-${at}.txt`);
  const stream = await openStream(`${url}/mcp`, {
    method: 'POST',
    headers: { ...statelessHeaders(key, 'subscriptions/listen'), accept: 'application/json, text/event-stream' },
    body: rpc(1, 'subscriptions/listen', {
      notifications: { resourceSubscriptions: uris },
      _meta: statelessMeta(`listener ${n}`),
    }),
  });
  if (stream.status === 200) await stream.next(({ data }) => data !== undefined);
  stream.drop();
  return stream.status;
}

/** Does something so many times, some at a time. */
async function inTurns<T>(times: number, act: (n: number) => Promise<T>, atOnce = AT_ONCE, untilMs = 0): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < times || performance.now() < untilMs) {
      const n = next++;
      done[n] = await act(n);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return done;
}

/** Does something so many times at least, and for long enough that the loop was looked at some thousand times. */
function forAWhile<T>(times: number, act: (n: number) => Promise<T>, atOnce = AT_ONCE): Promise<T[]> {
  return inTurns(times, act, atOnce, performance.now() + LASTS_MS);
}
