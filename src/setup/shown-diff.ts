import { structuredPatch } from 'diff';

/** Lines around a change. */
const CONTEXT = 2;
/** Of lines that are there anyway: what may be a secret. */
const VALUE_OF_SECRET =
  /((?:token|secret|key|password|passwd|auth|bearer|credential)[^:=]*["']?\s*[:=]\s*)(["']?)[^"',\s][^"',]*\2/giu;
const LONG_WORD = /[A-Za-z0-9+/_=-]{24,}/gu;

/**
 * A change to a file in the form of `diff -u`. Lines that stay are there for orientation, and what may be a secret in
 * them is not shown.
 */
export function shownDiff(before: string, after: string): string {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: CONTEXT });
  return hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) =>
      [
        `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
        ...lines.map((line) => (line.startsWith(' ') ? masked(line) : line)),
      ].join('\n'),
    )
    .join('\n');
}

function masked(line: string): string {
  return shortened(line.replaceAll(VALUE_OF_SECRET, '$1$2…$2').replaceAll(LONG_WORD, '…'));
}

/** A file may be one line of some MiB. */
function shortened(line: string): string {
  return line.length <= 400 ? line : `${line.slice(0, 400)}…`;
}
