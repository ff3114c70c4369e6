import { Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import { count, median, type Row } from './support/report.ts';

const STREAMS = 1_000;
const EVENTS = 200;
const ROUNDS = 5;

/** One event to 1,000 SSE streams, beside a bare loop that writes one buffer of the same size to each. */
export async function fanOut(): Promise<Row[]> {
  const hub = await Child.start('hub-server.ts');
  const uri = `signalbox://workspaces/${hub.ready['workspace']}/events`;
  const key = String(hub.ready['key']);
  const hubStreams = await openAll(String(hub.ready['url']), key);
  for (const stream of hubStreams) await stream.request('resources/subscribe', { uri });
  const bare = await Child.start('bare-server.ts', { BENCH_FRAME: await frameOf(hub, hubStreams) });
  const bareStreams = await openAll(String(bare.ready['url']), '');

  const ours: number[] = [];
  const reference: number[] = [];
  // Side by side and by turns: the machine's mood is then the same for both.
  for (let round = 0; round < ROUNDS; round++) {
    reference.push(await deliveries(bare, bareStreams));
    ours.push(await deliveries(hub, hubStreams));
  }
  for (const stream of [...hubStreams, ...bareStreams]) stream.close();
  await hub.stop();
  await bare.stop();

  const ratio = median(ours) / median(reference);
  return [
    {
      what: `one event to ${count(STREAMS)} SSE streams`,
      ours: `${count(median(ours))} deliveries/s`,
      reference: `bare loop ${count(median(reference))}/s`,
      ratio,
      target: '≥ 0.80 of the bare loop',
      holds: ratio >= 0.8,
    },
  ];
}

async function openAll(url: string, key: string): Promise<RawSse[]> {
  const streams: RawSse[] = [];
  for (let n = 0; n < STREAMS; n++) streams.push(await RawSse.open(new URL(url), key));
  return streams;
}

/** The very bytes that an agent gets for one event, so that the reference writes as many. */
async function frameOf(hub: Child, streams: readonly RawSse[]): Promise<string> {
  const told = new Promise<string>((resolve) => {
    streams[0]?.onNotification((message) => resolve(`event: message\ndata: ${JSON.stringify(message)}\n\n`));
  });
  await hub.ask('emit', 1);
  return await told;
}

async function deliveries(server: Child, streams: readonly RawSse[]): Promise<number> {
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
  const start = performance.now();
  await server.ask('emit', EVENTS);
  await all;
  return total / ((performance.now() - start) / 1_000);
}
