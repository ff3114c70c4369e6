import { expect, test } from 'vitest';
import { agentHues, agentPalette } from '../../src/dashboard/theme/agent-hues.ts';
import { contrast } from '../../src/dashboard/theme/oklch.ts';
import { darkSurfaces, lightSurfaces } from '../../src/dashboard/theme/surfaces.ts';

test('[UI27] twelve hues have one contrast in each theme', () => {
  for (const ground of [darkSurfaces.surface, lightSurfaces.surface]) {
    const palette = agentPalette(ground, 6.2);
    expect(new Set(palette).size).toBe(12);
    for (const color of palette) expect(contrast(color, ground)).toBeCloseTo(6.2, 0);
  }
});

test('[UI27] twelve agents have twelve hues, and a key keeps its own', () => {
  const made = (n: number, more = {}) => ({ id: `key_${n}`, createdAt: n, ...more });
  const room = Array.from({ length: 12 }, (_, n) => made(n));
  const before = agentHues(room);
  expect(new Set(before.values()).size).toBe(12);
  // One is revoked: those that came before it keep theirs, and the next one made takes its hue.
  const after = agentHues([...room.with(4, made(4, { revokedAt: 20 })), made(30)]);
  for (const { id } of room) expect(after.get(id)).toBe(before.get(id));
  expect(after.get('key_30')).toBe(before.get('key_4'));
});

test('[UI28] every text colour is readable on every surface it is set on', () => {
  for (const theme of [darkSurfaces, lightSurfaces]) {
    for (const ground of [theme.ground, theme.surface, theme.raised, theme.hover, theme.selected]) {
      for (const text of [
        theme.text,
        theme.dim,
        theme.faint,
        theme.accent,
        theme.proceed,
        theme.waiting,
        theme.refused,
      ]) {
        expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(theme.onAccent, theme.accent)).toBeGreaterThanOrEqual(4.5);
  }
});
