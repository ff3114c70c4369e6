import type { KeyState } from '../../protocol/state.ts';
import { contrast, oklchToHex } from './oklch.ts';

/** How many hues there are for agents. */
export const AGENT_HUES = 12;

/** Where the circle of hues starts: the first hue is a clear blue. */
const FIRST_HUE = 255;

type Lifetime = Pick<KeyState, 'id' | 'createdAt' | 'revokedAt' | 'expiresAt'>;

/**
 * The hue of each key, 0 to 11: the one that the fewest active keys had when it was made, so that twelve
 * agents have twelve hues. It depends on the log alone, and not on what happens to other keys later: it is
 * the same on every screen and after every start.
 *
 * @param keys in the order in which they were made
 */
export function agentHues(keys: Iterable<Lifetime>): ReadonlyMap<string, number> {
  const hues = new Map<string, number>();
  let inUse: { readonly hue: number; readonly until: number }[] = [];
  for (const { id, createdAt, revokedAt = Infinity, expiresAt = Infinity } of keys) {
    inUse = inUse.filter(({ until }) => until > createdAt);
    const taken = Array.from({ length: AGENT_HUES }, () => 0);
    for (const { hue } of inUse) taken[hue] = (taken[hue] ?? 0) + 1;
    const hue = taken.indexOf(Math.min(...taken));
    hues.set(id, hue);
    inUse.push({ hue, until: Math.min(revokedAt, expiresAt) });
  }
  return hues;
}

/** The colour of a key in the theme in use; {@link useAgentHues} says which of the twelve it is. */
export function agentColor(keyId: string): string {
  return `var(--sb-key-${keyId}, inherit)`;
}

/**
 * Twelve colours, 30° apart, each as bright or dark as needed for the same contrast on `ground`:
 * none stands out, all can be read.
 *
 * @param ground `#rrggbb` of the surface that they are written on
 * @param ratio contrast to reach, WCAG (4.5 is the least for text)
 */
export function agentPalette(ground: string, ratio: number): readonly string[] {
  const groundIsDark = contrast(ground, '#ffffff') > contrast(ground, '#000000');
  return Array.from({ length: AGENT_HUES }, (_, index) => {
    // 7 and 12 have no common factor: neighbours in number are far apart in hue.
    const hue = (FIRST_HUE + index * 7 * 30) % 360;
    let [low, high] = [0, 1];
    for (let step = 0; step < 16; step += 1) {
      const middle = (low + high) / 2;
      const isEnough = contrast(oklchToHex(middle, 0.15, hue), ground) >= ratio;
      if (isEnough === groundIsDark) high = middle;
      else low = middle;
    }
    return oklchToHex(groundIsDark ? high : low, 0.15, hue);
  });
}
