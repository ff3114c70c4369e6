import { Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import { count, median, type Row } from './support/report.ts';

const STREAMS = 1_000;
const EVENTS = 200;
const ROUNDS = 5;

/** One event to 1,000 SSE streams, beside a loop over bare sockets that writes one buffer of the same size to each. */
export async function fanOut(): Promise<Row[]> {
  const hub = await Child.start('hub-server.ts');
  const uri = `signalbox://workspaces/${hub.ready['workspace']}/events`;
  const key = String(hub.ready['key']);
  const hubStreams = await openAll(String(hub.ready['url']), key);
  await Promise.all(hubStreams.map((stream) => stream.request('resources/subscribe', { uri })));
  const bare = await Child.start('raw-server.ts', { BENCH_FRAME: await frameOf(hub, hubStreams) });
  const bareStreams = await openAll(String(bare.ready['url']), '');

  const ours: Measured[] = [];
  const reference: Measured[] = [];
  // Side by side and by turns: the machine's mood is then the same for both.
  for (let round = 0; round < ROUNDS; round++) {
    reference.push(await deliveries(bare, bareStreams));
    ours.push(await deliveries(hub, hubStreams));
  }
  for (const stream of [...hubStreams, ...bareStreams]) stream.close();
  await hub.stop();
  await bare.stop();

  const [rate, referenceRate] = [ours, reference].map((all) => median(all.map(({ perSecond }) => perSecond)));
  const [cpu, referenceCpu] = [ours, reference].map((all) => median(all.map(({ cpuMicros }) => cpuMicros)));
  const ratio = Number(rate) / Number(referenceRate);
  return [
    {
      what: `one event to ${count(STREAMS)} SSE streams`,
      ours: `${count(Number(rate))} deliveries/s, ${Number(cpu).toFixed(1)} µs of CPU each`,
      reference: `bare sockets ${count(Number(referenceRate))}/s, ${Number(referenceCpu).toFixed(1)} µs`,
      ratio,
      target: '≥ 0.80 of bare sockets',
      holds: ratio >= 0.8,
    },
  ];
}

async function openAll(url: string, key: string): Promise<RawSse[]> {
  return await RawSse.openMany(STREAMS, () => RawSse.open(new URL(url), key));
}

/** The very bytes that an agent gets for one event, so that the reference writes as many. */
async function frameOf(hub: Child, streams: readonly RawSse[]): Promise<string> {
  const ready = new Promise<string>((resolve) => {
    streams[0]?.onNotification((message) => resolve(`event: message\ndata: ${JSON.stringify(message)}\n\n`));
  });
  await hub.ask('emit', 1);
  return await ready;
}

interface Measured {
  readonly perSecond: number;
  /** Of the server's processor time for each delivery. */
  readonly cpuMicros: number;
}

async function deliveries(server: Child, streams: readonly RawSse[]): Promise<Measured> {
  const total = STREAMS * EVENTS;
  let seen = 0;
  const all = new Promise<void>((resolve) => {
    for (const stream of streams) {
      stream.countFrames((frames) => {
        seen += frames;
        if (seen >= total) resolve();
      });
    }
  });
  const cpuBefore = server.cpuMs();
  const start = performance.now();
  await server.ask('emit', EVENTS);
  await all;
  const ms = performance.now() - start;
  return { perSecond: total / (ms / 1_000), cpuMicros: ((server.cpuMs() - cpuBefore) * 1_000) / total };
}
