import { agentOfId } from '../../protocol/agent-id.ts';
import type { KeyState } from '../../protocol/state.ts';
import { contrast, oklchToHex } from './oklch.ts';

/**
 * The colours of agents: an angle in OKLCH, and which of two steps of brightness it has in both themes.
 * 16° on either side of the states' colours (red 25°, amber 80°, green 155°, blue 255°) are left out. The angles are those
 * that a search found to be furthest from each other and from the states, in both themes. In an order in which the
 * first few are most unlike.
 */
const hues: readonly { readonly angle: number; readonly isBright: boolean }[] = [
  { angle: 206, isBright: true },
  { angle: 302, isBright: false },
  { angle: 97, isBright: false },
  { angle: 357, isBright: true },
  { angle: 179, isBright: false },
  { angle: 271, isBright: false },
  { angle: 334, isBright: false },
  { angle: 139, isBright: false },
  { angle: 326, isBright: true },
  { angle: 290, isBright: true },
  { angle: 5, isBright: false },
  { angle: 47, isBright: false },
];

/** How many hues there are for agents. */
export const AGENT_HUES = hues.length;

/** As much colour as the screen can show of it. */
const CHROMA = 0.16;

/** Contrast on a pane, WCAG: the step near to the pane's own brightness, and the one far from it. */
const NEAR = 5.8;
const FAR = { onDark: 10.5, onLight: 9 } as const;

type Lifetime = Pick<KeyState, 'id' | 'createdAt' | 'revokedAt' | 'expiresAt'>;

/**
 * The hue of each key, 0 to 11: the one that the fewest active keys had when it was made, so that twelve
 * agents have twelve hues. It depends on the log alone, and not on what happens to other keys later: it is
 * the same on every screen and after every start.
 *
 * @param keys in the order in which they were made
 */
export function agentHues(keys: Iterable<Lifetime>): ReadonlyMap<string, number> {
  const given = new Map<string, number>();
  let inUse: { readonly hue: number; readonly until: number }[] = [];
  for (const { id, createdAt, revokedAt = Infinity, expiresAt = Infinity } of keys) {
    inUse = inUse.filter(({ until }) => until > createdAt);
    const taken = Array.from({ length: AGENT_HUES }, () => 0);
    for (const { hue } of inUse) taken[hue] = (taken[hue] ?? 0) + 1;
    const hue = taken.indexOf(Math.min(...taken));
    given.set(id, hue);
    inUse.push({ hue, until: Math.min(revokedAt, expiresAt) });
  }
  return given;
}

/** The colour of an agent, or of a key, in the theme in use; {@link useAgentHues} says which of the twelve it is. */
export function agentColor(id: string): string {
  const { keyId, agent } = agentOfId(id);
  const ofKey = `var(--sb-key-${keyId}, inherit)`;
  return agent === undefined ? ofKey : `var(--sb-key-${styleName(id)}, ${ofKey})`;
}

/** The letters of an agent, or of a key, as a text of CSS. */
export function agentMark(id: string): string {
  const { keyId, agent } = agentOfId(id);
  const ofKey = `var(--sb-mark-${keyId}, '')`;
  return agent === undefined ? ofKey : `var(--sb-mark-${styleName(id)}, ${ofKey})`;
}

/** An id as a part of a CSS variable's name: names of agents may have any character. */
export function styleName(id: string): string {
  return id.replaceAll(/[^\w-]/gu, (character) => `_${character.codePointAt(0)?.toString(16) ?? ''}_`);
}

/**
 * The colours of agents for a theme, by the number of their hue.
 *
 * @param ground `#rrggbb` of the surface that they are written on
 */
export function agentPalette(ground: string): readonly string[] {
  const groundIsDark = contrast(ground, '#ffffff') > contrast(ground, '#000000');
  const far = groundIsDark ? FAR.onDark : FAR.onLight;
  return hues.map(({ angle, isBright }) => {
    const ratio = isBright === groundIsDark ? far : NEAR;
    let [low, high] = [0, 1];
    for (let step = 0; step < 16; step += 1) {
      const middle = (low + high) / 2;
      const isEnough = contrast(oklchToHex(middle, CHROMA, angle), ground) >= ratio;
      if (isEnough === groundIsDark) high = middle;
      else low = middle;
    }
    return oklchToHex(groundIsDark ? high : low, CHROMA, angle);
  });
}
