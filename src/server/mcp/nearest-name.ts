import { distance as edits } from '../../hub/paths/near-names.ts';

/** The candidate that is most like `name`, if any is near enough to be what was meant. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(name);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const other = plain(candidate);
    // `ttl` for `ttl_s`, `timeout` for `timeout_ms`: the unit left out is the commonest slip.
    const distance = other.startsWith(wanted) || wanted.startsWith(other) ? 0.5 : edits(wanted, other);
    if (distance <= Math.max(2, wanted.length / 3) && (!best || distance < best.distance))
      best = { candidate, distance };
  }
  return best?.candidate;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
}
