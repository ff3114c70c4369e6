import { Child } from '../support/child.ts';
import { RawSse } from '../support/raw-sse.ts';
import { count, median, type Row } from '../support/report.ts';
import type { SoakOptions } from './options.ts';

const READERS = 200;
const EVENTS = 200;
const CALLS = 500;
const ROUNDS = 7;

/** What 200 stopped readers cost 200 others, beside 200 more that read: deliveries a second, and calls. */
export async function stoppedReaders({ count: stopped = 200 }: SoakOptions): Promise<Row[]> {
  const hub = await Child.start('hub-server.ts');
  const url = new URL(String(hub.ready['url']));
  const keys = await hub.keys(20);
  const uri = `signalbox://workspaces/${hub.ready['workspace']}/events`;
  let opened = 0;
  const open = async (size: number): Promise<RawSse[]> => {
    const streams = await RawSse.openMany(size, () => RawSse.open(url, keys[opened++ % keys.length] ?? ''));
    await Promise.all(streams.map((stream) => stream.request('resources/subscribe', { uri })));
    return streams;
  };
  const readers = await open(READERS);
  const caller = await RawSse.open(url, keys[0] ?? '');
  const beside = { reading: [] as Measured[], stopped: [] as Measured[] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ['reading', 'stopped'] as const) {
      const others = await open(stopped);
      for (const other of others) {
        if (kind === 'stopped') other.stopReading();
        else other.countFrames(() => undefined);
      }
      beside[kind].push(await measure(hub, readers, caller));
      for (const other of others) other.close();
    }
  }
  for (const stream of [...readers, caller]) stream.close();
  await hub.stop();
  const rate = compared(beside, 'perSecond');
  const call = compared(beside, 'callMs');
  return [
    {
      what: `deliveries to ${READERS} readers beside ${stopped} stopped ones`,
      ours: `${count(rate.stopped)}/s`,
      reference: `beside ${stopped} that read ${count(rate.reading)}/s`,
      ratio: rate.ratio,
      target: '≥ 0.90',
      holds: rate.ratio >= 0.9,
    },
    {
      what: `a call's time beside ${stopped} stopped readers`,
      ours: `${call.stopped.toFixed(2)} ms`,
      reference: `beside ${stopped} that read ${call.reading.toFixed(2)} ms`,
      ratio: call.ratio,
      target: '≤ 1.10',
      holds: call.ratio <= 1.1,
    },
  ];
}

interface Measured {
  readonly perSecond: number;
  readonly callMs: number;
}

async function measure(hub: Child, readers: readonly RawSse[], caller: RawSse): Promise<Measured> {
  const total = readers.length * EVENTS;
  let seen = 0;
  const all = new Promise<void>((resolve) => {
    for (const reader of readers) {
      reader.countFrames((frames) => {
        seen += frames;
        if (seen >= total) resolve();
      });
    }
  });
  const start = performance.now();
  await hub.ask('emit', EVENTS);
  await all;
  const perSecond = total / ((performance.now() - start) / 1_000);
  const times: number[] = [];
  for (let n = 0; n < CALLS; n++) {
    const sent = performance.now();
    await caller.requestText('tools/call', { name: 'whoami', arguments: {} });
    times.push(performance.now() - sent);
  }
  return { perSecond, callMs: median(times) };
}

/** Medians, and the median of each round's ratio: a shared machine is not as fast in one second as in the next. */
function compared(
  { reading, stopped }: Readonly<Record<'reading' | 'stopped', readonly Measured[]>>,
  which: keyof Measured,
): Record<'reading' | 'stopped' | 'ratio', number> {
  const ratios = stopped.map((one, round) => one[which] / (reading[round]?.[which] ?? Number.NaN));
  const of = (all: readonly Measured[]): number => median(all.map((one) => one[which]));
  return { reading: of(reading), stopped: of(stopped), ratio: median(ratios) };
}
