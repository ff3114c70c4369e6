import type { DatabaseSync } from 'node:sqlite';
import { frameKinds } from '../protocol/frame-record.ts';
import { GROUP_CONDITION, KEEP_SHARE, type KeepGroup } from './keeping.ts';
import { SPAN } from './streams.ts';

/** A row of frames as retention weighs it. */
export interface WeighedFrame {
  readonly n: number;
  /** How many frames it stands for. */
  readonly frames: number;
  /** Id of its key in `names`; {@link STRANGERS} or {@link MANY} where it has none. */
  readonly party: number;
  readonly group: KeepGroup;
  /** Ms, divided by how long frames of its group are kept: 1 is as old as may be. */
  readonly age: number;
  /** About what its removal frees. */
  readonly bytes: number;
  readonly isPinned: boolean;
}

/** Whose the exchanges without a key are. */
export const STRANGERS = 0;
/** Whose everything else without a key is: what went to many. */
const MANY = -1;

/** Frames that are weighed in one step. */
const AT_ONCE = 5_000;
/** Of its row, and what stands beside it in indexes. */
const ROW_BYTES = 200;

const EXCHANGE = frameKinds.indexOf('exchange');
const size = (id: string): string => `ifnull((SELECT size FROM bodies WHERE id = ${id}), 0)`;
const head = 'ifnull((SELECT octet_length(request) + ifnull(octet_length(response), 0) FROM heads WHERE n = f.n), 0)';

/** Of a body that many frames have, those after the first weigh nothing. */
const COST = `${ROW_BYTES} + CASE
  WHEN f.kind = ${EXCHANGE} THEN ${head} + ${size('2 * f.n')} + ${size('2 * f.n + 1')}
  WHEN f.body >= 2 * f.n THEN f.size + ifnull(length(f.streams), 0) ELSE 0 END`;

const WEIGH = `SELECT f.n, f.at,
  ifnull(f.key, CASE WHEN f.kind = ${EXCHANGE} THEN ${STRANGERS} ELSE ${MANY} END) AS party, ${COST} AS bytes,
  CASE WHEN ${GROUP_CONDITION.handshakes} THEN 'handshakes' WHEN ${GROUP_CONDITION.pushes} THEN 'pushes' ELSE 'calls' END
    AS grp,
  ${SPAN} AS frames, EXISTS (SELECT 1 FROM pins p WHERE p.n BETWEEN f.n AND f.n + ${SPAN} - 1) AS pinned
  FROM frames f WHERE f.n > ? ORDER BY f.n LIMIT ${AT_ONCE}`;

/** All frames in the order of their places, some thousand at a time; others have their turn in between. */
export async function* weighed(
  db: DatabaseSync,
  { now, keepMs }: { readonly now: number; readonly keepMs: number },
  pause: () => Promise<void>,
): AsyncGenerator<readonly WeighedFrame[]> {
  const rows = db.prepare(WEIGH);
  for (let after = 0; ; await pause()) {
    const frames = rows.all(after).map((row): WeighedFrame => {
      const group = row['grp'] as KeepGroup;
      const age = (now - Number(row['at'])) / (keepMs * KEEP_SHARE[group]);
      const [n, party, bytes] = [Number(row['n']), Number(row['party']), Number(row['bytes'])];
      return { n, frames: Number(row['frames']), party, group, age, bytes, isPinned: row['pinned'] === 1 };
    });
    yield frames;
    if (frames.length < AT_ONCE) return;
    after = frames.at(-1)?.n ?? 0;
  }
}
