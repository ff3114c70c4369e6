import { Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import { count, median, type Row } from './support/report.ts';

/** How much slower a hub may be that records: 5 %. */
const MOST = 1.05;

const SESSIONS = 32;
const CALLS = 2_560;
const CALL_ROUNDS = 9;
const WARM_UP = 6_400;
/** Calls a second of all sessions together: agents at work, and a hub that is not at its limit. */
const PACE = 1_000;
const PACED_CALLS = 1_920;

const STREAMS = 1_000;
const EVENTS = 50;
const EVENT_ROUNDS = 7;

/** Two hubs, one of which records. */
interface Pair {
  readonly on: Measured;
  readonly off: Measured;
}

interface Measured {
  /** What one call or delivery took of the round, or how long its answer took, in µs. */
  readonly micros: number;
  /** Of the hub's processor time for each, all its threads together, until all was recorded. */
  readonly cpuMicros: number;
}

/** Tool calls of 32 sessions at once on a hub that records, beside one that does not. */
export async function recordedCalls(): Promise<Row[]> {
  const prepare = async (_hub: Child, sessions: readonly RawSse[]) => calls(sessions, WARM_UP / SESSIONS);
  const atOnce = await inPairs({
    ...{ sessions: SESSIONS, rounds: CALL_ROUNDS, count: CALLS, prepare },
    work: async (_hub, sessions) => microsOfEach(CALLS, async () => calls(sessions, CALLS / SESSIONS)),
  });
  const paced = await inPairs({
    ...{ sessions: SESSIONS, rounds: CALL_ROUNDS, count: PACED_CALLS, prepare },
    work: async (_hub, sessions) => median(await pacedCalls(sessions)),
  });
  return [
    rowOf(`tool calls, ${SESSIONS} SSE sessions, recorded`, 'a call', atOnce),
    rowOf(`answer to a tool call, ${count(PACE)} calls/s, recorded`, 'at the median', paced),
  ];
}

const CALL = { name: 'whoami', arguments: {} };

/** Each session calls as soon as it has its answer. */
async function calls(sessions: readonly RawSse[], each: number): Promise<void> {
  await Promise.all(
    sessions.map(async (session) => {
      for (let n = 0; n < each; n += 1) await session.requestText('tools/call', CALL);
    }),
  );
}

/** The sessions call in turn, so many a second. @returns µs from each call to its answer */
async function pacedCalls(sessions: readonly RawSse[]): Promise<number[]> {
  const start = performance.now();
  const taken: Promise<number>[] = [];
  while (taken.length < PACED_CALLS) {
    const due = Math.min(PACED_CALLS, ((performance.now() - start) * PACE) / 1_000);
    while (taken.length < due) taken.push(microsOf(sessions[taken.length % sessions.length]));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return await Promise.all(taken);
}

async function microsOf(session: RawSse | undefined): Promise<number> {
  const start = performance.now();
  await session?.requestText('tools/call', CALL);
  return (performance.now() - start) * 1_000;
}

async function microsOfEach(number: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return ((performance.now() - start) * 1_000) / number;
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
      return await microsOfEach(STREAMS * EVENTS, async () => {
        await hub.ask('emit', EVENTS);
        await all;
      });
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
  /** A round. @returns the `micros` that it measured */
  readonly work: (hub: Child, sessions: readonly RawSse[]) => Promise<number>;
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
    const micros = await work(hub, streams);
    await hub.ask('settle');
    return { micros, cpuMicros: ((hub.cpuMs() - cpu) * 1_000) / count };
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
