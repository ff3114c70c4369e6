import { Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import { count, median, percentile, type Row } from './support/report.ts';

const SESSIONS = 32;
/** Short rounds, and many: a shared machine is not as fast in one second as in the next. */
const CALLS = 4_000;
const ROUNDS = 15;
const WARM_UP = 12_000;

/** Tool calls over 32 SSE sessions, with all that we do for each, beside the SDK doing none of it. */
export async function toolCalls(): Promise<Row[]> {
  const hub = await Child.start('hub-server.ts');
  const hubSessions = await openAll(String(hub.ready['url']), String(hub.ready['key']));
  const answer = await hubSessions[0]?.request('tools/call', { name: 'whoami', arguments: {} });
  const sdk = await Child.start('sdk-server.ts', {
    BENCH_RESULT: JSON.stringify(answer?.result?.structuredContent ?? {}),
  });
  const sdkSessions = await openAll(String(sdk.ready['url']), '');

  const ours: Measured[] = [];
  const reference: Measured[] = [];
  // Until both are compiled as they will be for hours.
  await callAll(sdkSessions, WARM_UP);
  await callAll(hubSessions, WARM_UP);
  for (let round = 0; round < ROUNDS; round++) {
    reference.push(await callAll(sdkSessions, CALLS));
    ours.push(await callAll(hubSessions, CALLS));
  }
  for (const session of [...hubSessions, ...sdkSessions]) session.close();
  await hub.stop();
  await sdk.stop();

  const rate = median(ours.map(({ perSecond }) => perSecond));
  const referenceRate = median(reference.map(({ perSecond }) => perSecond));
  // Each round beside its own reference.
  const ratio = median(ours.map(({ perSecond }, round) => perSecond / (reference[round]?.perSecond ?? Number.NaN)));
  const p99 = median(ours.map((measured) => measured.p99Ms));
  const referenceP99 = median(reference.map((measured) => measured.p99Ms));
  return [
    {
      what: `tool calls, ${SESSIONS} SSE sessions`,
      ours: `${count(rate)}/s, p99 ${p99.toFixed(1)} ms`,
      reference: `SDK ${count(referenceRate)}/s, p99 ${referenceP99.toFixed(1)} ms`,
      ratio,
      target: '≥ 1.50 of the SDK',
      holds: ratio >= 1.5,
    },
  ];
}

interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
}

async function openAll(url: string, key: string): Promise<RawSse[]> {
  return await Promise.all(Array.from({ length: SESSIONS }, async () => await RawSse.open(new URL(url), key)));
}

async function callAll(sessions: readonly RawSse[], calls: number): Promise<Measured> {
  const latencies: number[] = [];
  const start = performance.now();
  await Promise.all(
    sessions.map(async (session) => {
      for (let n = 0; n < calls / sessions.length; n++) {
        const sent = performance.now();
        const text = await session.requestText('tools/call', { name: 'whoami', arguments: {} });
        if (!text.includes('"structuredContent":') || text.includes('"isError":true')) throw new Error(text);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  return { perSecond: latencies.length / seconds, p99Ms: percentile(latencies, 0.99) };
}
