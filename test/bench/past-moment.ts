import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pastState } from '../../src/hub/log/past/past-state.ts';
import { PastStates } from '../../src/hub/log/past/past-states.ts';
import { openLogReader } from '../../src/hub/log/schema.ts';
import { Writer } from '../../src/hub/log/writer.ts';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import { count, median, percentile, type Row } from './support/report.ts';

const EVENTS = 1_000_000;
const AGENTS = 100;
const BATCH = 4_000;
const MOMENTS = 20;
const MOST_MS = 500;

/** The desk at random moments of a day of a million events, with the start of its thread; and the reading alone. */
export async function pastMoment(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const file = join(folder, 'hub.db');
  try {
    fill(file);
    const past = new PastStates(file);
    const db = openLogReader(file);
    const [opened, alone] = [[] as number[], [] as number[]];
    for (let n = 0; n <= MOMENTS; n++) {
      const seq = Math.ceil(Math.random() * EVENTS);
      const before = performance.now();
      await past.at(seq);
      const between = performance.now();
      pastState(db, seq);
      if (n === 0) continue; // the first one warms the files
      opened.push(between - before);
      alone.push(performance.now() - between);
    }
    db.close();
    await past.close();
    const p95 = percentile(opened, 0.95);
    return [
      {
        what: `a moment of ${count(EVENTS)} events, ${AGENTS} agents`,
        ours: `p50 ${median(opened).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`,
        reference: `reading alone p50 ${median(alone).toFixed(0)} ms, p95 ${percentile(alone, 0.95).toFixed(0)} ms`,
        ratio: median(opened) / median(alone),
        target: `p95 ≤ ${MOST_MS} ms`,
        holds: p95 <= MOST_MS,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Agents that take and release locks and call tools, over a day. */
function fill(file: string): void {
  const writer = new Writer({ file, projections: [], snapshotEvery: 4_096 });
  const step = 86_400_000 / EVENTS;
  for (let first = 1; first <= EVENTS; first += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, EVENTS - first + 1) }, (_, n) => line(first + n, step));
    writer.write([{ first, lines: lines.join('\n') }]);
    writer.settle();
  }
  writer.close();
}

function line(seq: number, stepMs: number): string {
  const at = Math.floor(1_700_000_000_000 + seq * stepMs);
  const n = (seq >> 1) % AGENTS;
  const [key, sessionId, path, lockId] = [`key_${n}`, `ses_${n}`, `src/${n}.ts`, `lck_${n}`];
  const actor = { kind: 'agent', key, agent: 'codex', session: sessionId };
  const event = ((): object => {
    if (seq <= AGENTS) {
      const opened = { wire: 'sse', keyId: `key_${seq - 1}`, sessionId: `ses_${seq - 1}`, remote: '127.0.0.1:1' };
      return { type: 'session.opened', ...opened };
    }
    const place = { workspace: 'wsp_1', path, keyId: key, agent: 'codex', sessionId, lockId };
    if (seq % 10 === 0) return { type: 'lock.acquired', ...place, ttlMs: 60_000, expiresAt: at + 60_000, waitedMs: 0 };
    if (seq % 10 === 1) return { type: 'lock.released', ...place, how: 'released', heldMs: 10 };
    return {
      type: 'tool.called',
      tool: 'file_read',
      workspace: 'wsp_1',
      sessionId,
      argsDigest: '0',
      outcome: 'ok',
      ms: 3,
    };
  })();
  return canonicalJson({ seq, at, actor, ...event });
}
