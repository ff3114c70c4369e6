import { contrast, oklchToHex } from './oklch.ts';

/** How many hues there are for agents. */
export const AGENT_HUES = 12;

/** Where the circle of hues starts: the first hue is a clear blue. */
const FIRST_HUE = 255;

/** The hue of a key, the same on every screen, in every launch and on every machine: 0 to 11. */
export function agentHue(keyId: string): number {
  let hash = 2166136261; // FNV-1a
  for (let index = 0; index < keyId.length; index += 1) {
    hash = Math.imul(hash ^ keyId.charCodeAt(index), 16777619);
  }
  // The low bits of FNV alone are weak: fold the high half in.
  return ((hash ^ (hash >>> 15)) >>> 0) % AGENT_HUES;
}

/** The CSS variable that holds a key's colour in the theme in use. */
export function agentColor(keyId: string): string {
  return `var(--sb-agent-${agentHue(keyId)})`;
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
