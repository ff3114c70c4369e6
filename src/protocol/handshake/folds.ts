import type { ArrowRow, DiagramRow, DiagramSource, FoldRow } from './model.ts';

/** Pushes in a row that are shown one by one. */
const MOST_UNFOLDED = 2;

/** Pushes in a row, and reports of progress in a row, as one row each. */
export function foldPushes(rows: readonly DiagramRow[]): readonly DiagramRow[] {
  const folded: DiagramRow[] = [];
  let run: ArrowRow[] = [];
  const flush = (): void => {
    const [first] = run;
    if (first && run.length > MOST_UNFOLDED) folded.push(foldOf(first, run.length));
    else folded.push(...run);
    run = [];
  };
  for (const row of rows) {
    const isPush = row.kind === 'arrow' && row.tone === 'quiet' && row.findings.length === 0;
    if (!isPush || (run[0] && whatOf(run[0]) !== whatOf(row))) flush();
    if (isPush) run.push(row);
    else folded.push(row);
  }
  flush();
  return folded;
}

function whatOf({ text, from }: ArrowRow): string {
  return `${text.startsWith('progress') ? 'progress' : 'pushes'} ${from}`;
}

function foldOf(first: ArrowRow, count: number): FoldRow {
  const { id, ms, frameId, from: participant, text } = first;
  const what = text.startsWith('progress') ? 'progress' : 'pushes';
  return {
    kind: 'fold',
    id: `${id}.fold`,
    ms,
    ...(frameId === undefined ? {} : { frameId }),
    tone: 'quiet',
    findings: [],
    what,
    count,
    participant,
  };
}

/**
 * The beginning, and the last `most` rows; what is between them is one row with a count, to which `left` frames are
 * added that were not drawn at all.
 *
 * @param head how many rows the beginning has
 */
export function cutMiddle(
  rows: readonly DiagramRow[],
  { head, most, left }: { readonly head: number; readonly most: number; readonly left: DiagramSource['left'] },
): readonly DiagramRow[] {
  const cut = Math.max(0, rows.length - head - most);
  if (cut === 0 && !left) return rows;
  const next = rows[head];
  const fold: FoldRow = {
    kind: 'fold',
    id: 'more',
    ms: next?.ms ?? rows.at(-1)?.ms ?? 0,
    ...(next?.frameId === undefined || cut === 0 ? {} : { frameId: next.frameId }),
    tone: 'quiet',
    findings: [],
    what: 'frames',
    count: cut + (left?.count ?? 0),
    ...(left?.isAtLeast === true ? { isAtLeast: true } : {}),
    participant: 'session',
  };
  return [...rows.slice(0, head), fold, ...rows.slice(head + cut)];
}
