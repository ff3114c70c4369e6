import { nameOf } from './path.ts';

/** The up to three paths that are likeliest to be meant by one that is not there, best first. */
export function nearNames(path: string, candidates: readonly string[]): string[] {
  const wanted = path.toLowerCase();
  const name = nameOf(wanted);
  const scored = candidates.flatMap((candidate) => {
    const other = candidate.toLowerCase();
    const apart = Math.min(distance(name, nameOf(other)) + (nameOf(other) === name ? 0.5 : 1), distance(wanted, other));
    return apart <= Math.max(2, name.length / 3) ? [{ candidate, apart }] : [];
  });
  return scored
    .sort((a, b) => a.apart - b.apart || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Insertions, removals and replacements of characters that lead from one to the other. */
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
