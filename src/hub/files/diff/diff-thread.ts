// Compares two texts, then ends. See diff-texts.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { diffWordsWithSpace, structuredPatch } from 'diff';
import type { DiffHunk, DiffLine, TextDiff } from '../../../protocol/file-diff.ts';
import type { DiffTask } from './diff-texts.ts';

/** How long lines are compared, ms: two texts of 1 MiB without a line in common would take minutes. */
const DIFF_MS = 3_000;

/** Lines that are longer are not compared by words. */
const WORD_LINE_LENGTH = 1_000;
/** Pairs of lines that are compared by words; the rest of a large comparison has none marked. */
const WORD_PAIRS = 500;

parentPort?.postMessage(compare(workerData as DiffTask));

/** `undefined` where that would take too long. */
function compare({ before, after, contextLines }: DiffTask): TextDiff | undefined {
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: contextLines,
    timeout: DIFF_MS,
  });
  if (!patch) return undefined;
  let [addedLines, removedLines, pairs] = [0, 0, WORD_PAIRS];
  const hunks = patch.hunks.map(({ oldStart, newStart, lines }): DiffHunk => {
    const numbered = numberedLines(lines, oldStart, newStart);
    addedLines += numbered.filter(({ kind }) => kind === 'added').length;
    removedLines += numbered.filter(({ kind }) => kind === 'removed').length;
    const [marked, used] = withMarks(numbered, pairs);
    pairs -= used;
    return { beforeStart: oldStart, afterStart: newStart, lines: marked };
  });
  return { addedLines, removedLines, hunks };
}

function numberedLines(lines: readonly string[], oldStart: number, newStart: number): DiffLine[] {
  const numbered: DiffLine[] = [];
  let [before, after] = [oldStart, newStart];
  for (const line of lines) {
    const text = line.slice(1);
    if (line.startsWith('\\')) {
      const last = numbered.pop();
      if (last) numbered.push({ ...last, isUnended: true });
    } else if (line.startsWith('+')) numbered.push({ kind: 'added', text, after: after++ });
    else if (line.startsWith('-')) numbered.push({ kind: 'removed', text, before: before++ });
    else numbered.push({ kind: 'same', text, before: before++, after: after++ });
  }
  return numbered;
}

/** Marks what differs within lines that replace as many others, and tells how many pairs were compared. */
function withMarks(lines: readonly DiffLine[], most: number): [lines: DiffLine[], used: number] {
  const marked = [...lines];
  let used = 0;
  for (let at = 0; at < marked.length;) {
    const removed = runOf(marked, at, 'removed');
    const added = runOf(marked, at + removed, 'added');
    if (removed > 0 && removed === added) {
      for (let n = 0; n < removed && used < most; n += 1) {
        const [old, now] = [marked[at + n], marked[at + removed + n]];
        if (!old || !now || Math.max(old.text.length, now.text.length) > WORD_LINE_LENGTH) continue;
        used += 1;
        const [left, right] = wordMarks(old.text, now.text);
        if (left.length > 0) marked[at + n] = { ...old, marks: left };
        if (right.length > 0) marked[at + removed + n] = { ...now, marks: right };
      }
    }
    at += Math.max(1, removed + added);
  }
  return [marked, used];
}

function runOf(lines: readonly DiffLine[], from: number, kind: DiffLine['kind']): number {
  let to = from;
  while (lines[to]?.kind === kind) to += 1;
  return to - from;
}

type MarkedSpans = [from: number, to: number][];

/** Lines that have next to nothing in common are not marked: all of either would be. */
function wordMarks(before: string, after: string): [left: MarkedSpans, right: MarkedSpans] {
  const [left, right]: [MarkedSpans, MarkedSpans] = [[], []];
  let [old, now, shared] = [0, 0, 0];
  for (const { value, added, removed } of diffWordsWithSpace(before, after)) {
    if (removed) left.push([old, (old += value.length)]);
    else if (added) right.push([now, (now += value.length)]);
    else {
      old += value.length;
      now += value.length;
      shared += value.trim().length;
    }
  }
  return shared * 4 < Math.min(before.trim().length, after.trim().length) ? [[], []] : [left, right];
}
