import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FrameParty } from '../../src/recorder/frame-input.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { count, median, type Row } from './support/report.ts';

const ROUNDS = 7;
const FRAMES = 60_000;
/** Frames between two turns of the loop, as a busy hub has them. */
const AT_ONCE = 60;
const LEAST_PER_SECOND = 50_000;

const REQUEST = JSON.stringify({
  jsonrpc: '2.0',
  id: 12_345,
  method: 'tools/call',
  params: { name: 'whoami', arguments: {} },
});
const RESPONSE = JSON.stringify({
  jsonrpc: '2.0',
  id: 12_345,
  result: { content: [{ type: 'text', text: 'x'.repeat(600) }] },
});

/**
 * Frames that are recorded, a request and its answer by turns, from the first that is handed over to the last that can be
 * found, beside a bare insert of their bodies alone in the same batches.
 */
export async function recordedFrames(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const ours: number[] = [];
  const reference: number[] = [];
  const recorder = new Recorder({
    folder: join(folder, 'frames'),
    launchId: 'bench',
    now: () => Date.now(),
    timers: {
      setTimeout,
      clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
      elapsed: () => performance.now(),
    },
    logger: { warn: (_facts, message) => console.error(message) },
    waitingBytes: Infinity,
  });
  recorder.open();
  try {
    await record(recorder);
    for (let round = 0; round < ROUNDS; round += 1) {
      reference.push(insertBare(join(folder, `bare-${round}.db`)));
      ours.push(await record(recorder));
    }
  } finally {
    await recorder.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const [rate, bare] = [median(ours), median(reference)];
  return [
    {
      what: 'frames recorded, requests and answers',
      ours: `${count(rate)}/s`,
      reference: `bare SQLite insert ${count(bare)}/s`,
      ratio: median(ours.map((each, round) => each / (reference[round] ?? Number.NaN))),
      target: `≥ ${count(LEAST_PER_SECOND)}/s`,
      holds: rate >= LEAST_PER_SECOND,
    },
  ];
}

/** Frames per second. */
async function record(recorder: Recorder): Promise<number> {
  const party: FrameParty = { key: 'key_bench', agent: 'bench', session: 'ses_bench' };
  const start = performance.now();
  for (let n = 0; n < FRAMES; n += 2) {
    const about = { party, wire: 'sse', exchange: 1, method: 'tools/call', tool: 'whoami', rpcId: n } as const;
    const request = recorder.record({
      ...about,
      kind: 'request',
      direction: 'in',
      outcome: 'pending',
      body: { form: 'text', text: REQUEST },
    });
    recorder.record({
      ...about,
      kind: 'response',
      direction: 'out',
      replyTo: request,
      latencyMs: 1,
      body: { form: 'text', text: RESPONSE },
    });
    if (n % AT_ONCE === 0) await new Promise(setImmediate);
  }
  await recorder.page({ limit: 1 });
  return FRAMES / ((performance.now() - start) / 1_000);
}

/** Rows per second of one table with a body in each, in transactions of 2,048. */
function insertBare(file: string): number {
  const db = new DatabaseSync(file);
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE rows (n INTEGER PRIMARY KEY, at REAL, body BLOB)',
  );
  const insert = db.prepare('INSERT INTO rows (n, at, body) VALUES (?, ?, ?)');
  const bodies = [Buffer.from(REQUEST), Buffer.from(RESPONSE)] as const;
  const start = performance.now();
  for (let n = 0; n < FRAMES; n += 1) {
    if (n % 2_048 === 0) db.exec(n === 0 ? 'BEGIN' : 'COMMIT; BEGIN');
    insert.run(n, start, bodies[n % 2 === 0 ? 0 : 1]);
  }
  db.exec('COMMIT');
  const rate = FRAMES / ((performance.now() - start) / 1_000);
  db.close();
  return rate;
}
