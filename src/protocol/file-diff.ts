import type { FileRecord } from './records.ts';

/** A line of a comparison. `before` and `after` are its numbers on either side, from 1. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
  /** What differs within it from the line that it replaces or is replaced by: from and to, in UTF-16 units. */
  readonly marks?: readonly (readonly [from: number, to: number])[];
  /** The last line of a text that does not end with a line break. */
  readonly isUnended?: true;
}

/** Lines that changed, with some around them. */
export interface DiffHunk {
  /** Number of the first line on either side, from 1; on a side without lines, of the line that would be there. */
  readonly beforeStart: number;
  readonly afterStart: number;
  readonly lines: readonly DiffLine[];
}

/** What changed between two texts, in lines. */
export interface TextDiff {
  readonly addedLines: number;
  readonly removedLines: number;
  readonly hunks: readonly DiffHunk[];
  /** How many more lines there are, of a comparison that was cut. */
  readonly moreLines?: number;
}

/** Why two contents are not compared line by line. */
export type NoTextDiff = 'not_text' | 'too_large' | 'too_different';

/** Two versions, or two files, side by side. */
export type FileDiff = { readonly before: FileRecord; readonly after: FileRecord } & (
  | { readonly form: 'same' }
  | ({ readonly form: 'text' } & TextDiff)
  | { readonly form: 'facts'; readonly why: NoTextDiff }
);

/** The beginning of a comparison: at most so many lines. */
export function firstLines(diff: TextDiff, most: number): TextDiff {
  const hunks: DiffHunk[] = [];
  let [room, moreLines] = [most, 0];
  for (const hunk of diff.hunks) {
    const lines = hunk.lines.slice(0, room);
    room -= lines.length;
    moreLines += hunk.lines.length - lines.length;
    if (lines.length > 0) hunks.push({ ...hunk, lines });
  }
  return moreLines === 0 ? diff : { ...diff, hunks, moreLines };
}

/** In words, for people and models. */
export const noTextDiffWords: Readonly<Record<NoTextDiff, string>> = {
  not_text: 'At least one of them is not text.',
  too_large: 'At least one of them is larger than 1 MiB.',
  too_different: 'They differ in so much that comparing them line by line would take too long.',
};

/** A comparison as a unified diff, without its two lines of head: a line of text for each. */
export function unifiedLines({ hunks }: TextDiff): string[] {
  return hunks.flatMap((hunk) => [hunkHead(hunk), ...hunk.lines.flatMap(unifiedLine)]);
}

const signs = { same: ' ', added: '+', removed: '-' } as const;

function unifiedLine({ kind, text, isUnended }: DiffLine): string[] {
  const line = `${signs[kind]}${text}`;
  return isUnended ? [line, '\\ No newline at end of file'] : [line];
}

/** `@@ -1,3 +1,4 @@`. A side without lines is named by the line before it (POSIX `diff -u`). */
export function hunkHead({ beforeStart, afterStart, lines }: DiffHunk): string {
  const range = (start: number, side: 'before' | 'after'): string => {
    const count = lines.filter((line) => line[side] !== undefined).length;
    return count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;
  };
  return `@@ -${range(beforeStart, 'before')} +${range(afterStart, 'after')} @@`;
}
