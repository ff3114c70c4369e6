import type { FrameRecord } from '../../../protocol/frame-record.ts';

/** Each frame a row, or what belongs together as one. */
export type WireView = 'joined' | 'frames';

export interface WireRow {
  readonly frame: FrameRecord;
  /** How many keep-alives in a row, or streams that were sent the same event, it stands for; 1 of anything else. */
  readonly count: number;
  /** Of how many sessions those are: with more than one, it is no single agent's row. */
  readonly sessions: number;
  /** Of all that it stands for. */
  readonly sizeBytes: number;
  /** Of a call that is slow for its tool: from which time on one is, in ms. */
  readonly slowFromMs?: number | undefined;
}

/**
 * Frames as rows. Joined: a response is in the row of its request, the exchange that carried messages is left out
 * unless it went wrong or is a stream, keep-alives in a row are one, and so is what one event sent to many streams. Rows
 * of frames that have not changed are the same objects as in `before`.
 *
 * @param frames newest first
 * @param slow from which time on a call of a tool is slow, in ms
 */
export function wireRows(
  frames: readonly FrameRecord[],
  view: WireView,
  before: readonly WireRow[],
  slow: ReadonlyMap<string, number> = new Map(),
): readonly WireRow[] {
  const known = new Map(before.map((row) => [row.frame, row]));
  const rowOf = (frame: FrameRecord, run: Run = { count: 1, sessions: 1, sizeBytes: frame.sizeBytes }): WireRow => {
    const row = known.get(frame);
    const limit = frame.kind === 'request' && frame.tool !== undefined ? slow.get(frame.tool) : undefined;
    const isSlow = limit !== undefined && (frame.latencyMs ?? 0) > limit;
    // What is usual changes with each call: a row that is slow keeps what it was held against.
    if (row?.count === run.count && isSlow === (row.slowFromMs !== undefined)) return row;
    return isSlow ? { frame, ...run, slowFromMs: limit } : { frame, ...run };
  };
  if (view === 'frames') return frames.map((frame) => rowOf(frame));
  const ids = new Set(frames.map(({ id }) => id));
  const carried = new Set(frames.map(({ exchange }) => exchange));
  const rows: WireRow[] = [];
  let run: FrameRecord[] = [];
  const endRun = (): void => {
    for (const same of Map.groupBy(run, sameAs).values()) {
      const [newest] = same;
      if (newest) rows.push(rowOf(newest, runOf(same)));
    }
    run = [];
  };
  for (const frame of frames) {
    if (frame.kind === 'response' && frame.pair !== undefined && ids.has(frame.pair)) continue;
    if (isCarrier(frame) && carried.has(frame.id)) continue;
    const last = run.at(-1);
    if (last && (last.kind !== frame.kind || !isFolded(frame))) endRun();
    if (isFolded(frame)) run.push(frame);
    else rows.push(rowOf(frame));
  }
  endRun();
  return rows;
}

/** Keep-alives, and what an event sent: they come for each stream. */
function isFolded({ kind, direction, seq }: FrameRecord): boolean {
  return kind === 'keep-alive' || (kind === 'notification' && direction === 'out' && seq !== undefined);
}

/** The same for frames that say the same: streams are sent what an event led to one after the other. */
function sameAs({ kind, method, subject, seq }: FrameRecord): string {
  return kind === 'keep-alive' ? kind : `${method} ${subject} ${seq}`;
}

type Run = Pick<WireRow, 'count' | 'sessions' | 'sizeBytes'>;

function runOf(frames: readonly FrameRecord[]): Run {
  return {
    count: frames.length,
    sessions: new Set(frames.map(({ sessionId }) => sessionId)).size,
    sizeBytes: frames.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** An exchange that only carried its messages. */
function isCarrier({ kind, method, outcome, status = 0 }: FrameRecord): boolean {
  return kind === 'exchange' && method === 'POST' && outcome === 'ok' && status < 300;
}
