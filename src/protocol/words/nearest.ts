/**
 * The candidate that is most like `name`, for "did you mean …?"; undefined when all are more than
 * {@link mostEdits} away. Case and punctuation do not count.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = lettersOf(name);
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const other = lettersOf(candidate);
    // `ttl` for `ttl_s`, `timeout` for `timeout_ms`: a unit left out is the commonest slip.
    const edits = other.startsWith(wanted) || wanted.startsWith(other) ? 0.5 : distance(wanted, other);
    if (edits <= mostEdits(wanted) && (!best || edits < best.edits)) best = { candidate, edits };
  }
  return best?.candidate;
}

/** The most edits between a misspelt name of this length and the name that it stands for. */
export function mostEdits(name: string): number {
  return Math.max(2, name.length / 3);
}

/**
 * How many characters must be inserted, removed or replaced to make one text of the other
 * (Levenshtein distance); Infinity when the lengths alone differ by more than 8.
 */
export function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}

const MAX_DISTANCE = 8;

function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
}
