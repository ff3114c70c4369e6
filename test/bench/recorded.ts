import { Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import { count, median, type Row } from './support/report.ts';

/** How much slower a hub may be that records: 5 %. */
const MOST = 1.05;

const SESSIONS = 32;
const CALLS = 2_560;
const CALL_ROUNDS = 9;
const WARM_UP = 6_400;

const STREAMS = 1_000;
const EVENTS = 50;
const EVENT_ROUNDS = 7;

/** Two hubs, one of which records. */
interface Pair {
  readonly on: Measured;
  readonly off: Measured;
}

interface Measured {
  /** What one call or delivery took of the round, in µs. */
  readonly micros: number;
  /** Of the hub's processor time for each, all its threads together, until all was recorded. */
  readonly cpuMicros: number;
}

/** Tool calls of 32 sessions at once on a hub that records, beside one that does not. */
export async function recordedCalls(): Promise<Row[]> {
  const body = { name: 'whoami', arguments: {} };
  const calls = async (sessions: readonly RawSse[], each: number): Promise<void> => {
    await Promise.all(
      sessions.map(async (session) => {
        for (let n = 0; n < each; n += 1) await session.requestText('tools/call', body);
      }),
    );
  };
  const pairs = await inPairs({
    sessions: SESSIONS,
    rounds: CALL_ROUNDS,
    count: CALLS,
    prepare: async (_hub, sessions) => calls(sessions, WARM_UP / SESSIONS),
    work: async (_hub, sessions) => calls(sessions, CALLS / SESSIONS),
  });
  return [rowOf(`tool calls, ${SESSIONS} SSE sessions, recorded`, 'a call', pairs)];
}

/** One event to 1,000 streams on a hub that records, beside one that does not. */
export async function recordedFanOut(): Promise<Row[]> {
  const pairs = await inPairs({
    sessions: STREAMS,
    rounds: EVENT_ROUNDS,
    count: STREAMS * EVENTS,
    prepare: async (hub, sessions) => {
      const uri = `signalbox://workspaces/${hub.ready['workspace']}/events`;
      await Promise.all(sessions.map((session) => session.request('resources/subscribe', { uri })));
    },
    work: async (hub, sessions) => {
      let left = STREAMS * EVENTS;
      const all = new Promise<void>((resolve) => {
        for (const session of sessions) {
          session.countFrames((frames) => {
            left -= frames;
            if (left <= 0) resolve();
          });
        }
      });
      await hub.ask('emit', EVENTS);
      await all;
    },
  });
  return [rowOf(`one event to ${count(STREAMS)} SSE streams, recorded`, 'a delivery', pairs)];
}

interface Work {
  readonly sessions: number;
  readonly rounds: number;
  /** Calls or deliveries of a round. */
  readonly count: number;
  readonly prepare: (hub: Child, sessions: readonly RawSse[]) => Promise<void>;
  readonly work: (hub: Child, sessions: readonly RawSse[]) => Promise<void>;
}

/** By turns on both hubs: the machine's mood is then the same for both. What is left to be written is waited for in between. */
async function inPairs({ sessions, rounds, count, prepare, work }: Work): Promise<Pair[]> {
  const open = async (recording: 'on' | 'off') => {
    const hub = await Child.start('hub-server.ts', { BENCH_RECORDING: recording });
    const url = new URL(String(hub.ready['url']));
    const key = String(hub.ready['key']);
    const streams = await RawSse.openMany(sessions, () => RawSse.open(url, key));
    await prepare(hub, streams);
    await hub.ask('settle');
    return { hub, streams };
  };
  const [on, off] = [await open('on'), await open('off')];
  const measure = async ({ hub, streams }: typeof on): Promise<Measured> => {
    const cpu = hub.cpuMs();
    const start = performance.now();
    await work(hub, streams);
    const ms = performance.now() - start;
    await hub.ask('settle');
    return { micros: (ms * 1_000) / count, cpuMicros: ((hub.cpuMs() - cpu) * 1_000) / count };
  };
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Who is first changes from round to round.
    const early = await measure(round % 2 === 0 ? on : off);
    const late = await measure(round % 2 === 0 ? off : on);
    pairs.push(round % 2 === 0 ? { on: early, off: late } : { on: late, off: early });
  }
  for (const { hub, streams } of [on, off]) {
    for (const stream of streams) stream.close();
    await hub.stop();
  }
  return pairs;
}

function rowOf(what: string, one: string, pairs: readonly Pair[]): Row {
  const words = (measured: readonly Measured[]): string => {
    const micros = median(measured.map((each) => each.micros));
    const cpu = median(measured.map((each) => each.cpuMicros));
    return `${micros.toFixed(1)} µs ${one}, ${cpu.toFixed(1)} µs of CPU`;
  };
  const ratio = median(pairs.map(({ on, off }) => on.micros / off.micros));
  return {
    what,
    ours: words(pairs.map(({ on }) => on)),
    reference: `recording off ${words(pairs.map(({ off }) => off))}`,
    ratio,
    target: `≤ ${MOST.toFixed(2)} of recording off`,
    holds: ratio <= MOST,
  };
}
