import { distance, mostEdits } from '../../protocol/words/nearest.ts';
import { nameOf } from './path.ts';

/** Up to three existing paths that a wrong one may mean, likeliest first. */
export function nearNames(path: string, candidates: readonly string[]): string[] {
  const wanted = path.toLowerCase();
  const name = nameOf(wanted);
  const scored = candidates.flatMap((candidate) => {
    const other = candidate.toLowerCase();
    const apart = Math.min(distance(name, nameOf(other)) + (nameOf(other) === name ? 0.5 : 1), distance(wanted, other));
    return apart <= mostEdits(name) ? [{ candidate, apart }] : [];
  });
  return scored
    .sort((a, b) => a.apart - b.apart || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
