import { expect, test } from 'vitest';
import { AGENT_HUES, agentHues, agentPalette } from '../../src/dashboard/theme/agent-hues.ts';
import { agentMarks } from '../../src/dashboard/theme/agent-marks.ts';
import { contrast } from '../../src/dashboard/theme/oklch.ts';
import { darkSurfaces, lightSurfaces } from '../../src/dashboard/theme/surfaces.ts';
import { distanceInOklab } from '../support/oklab.ts';

const themes = [
  ['dark', darkSurfaces],
  ['light', lightSurfaces],
] as const;

for (const [name, theme] of themes) {
  const palette = agentPalette(theme.surface);

  test(`[UI27] ${name}: each hue can be read on every surface`, () => {
    for (const color of palette) {
      for (const ground of [theme.ground, theme.surface, theme.raised, theme.hover, theme.selected]) {
        expect(contrast(color, ground), `${color} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test(`[UI81] ${name}: no hue is taken for a state, for the text, or for another hue`, () => {
    for (const [at, color] of palette.entries()) {
      const { accent, proceed, waiting, refused, text, dim } = theme;
      for (const [meaning, other] of Object.entries({ accent, proceed, waiting, refused, text, dim })) {
        expect(distanceInOklab(color, other), `hue ${at} ${color}, ${meaning} ${other}`).toBeGreaterThanOrEqual(0.08);
      }
      for (const other of palette.slice(at + 1)) {
        expect(distanceInOklab(color, other), `${color} and ${other}`).toBeGreaterThanOrEqual(0.08);
      }
    }
  });
}

test('[UI27] twelve agents have twelve hues, and a key keeps its own', () => {
  const made = (n: number, more = {}) => ({ id: `key_${n}`, createdAt: n, ...more });
  const room = Array.from({ length: AGENT_HUES }, (_, n) => made(n));
  const before = agentHues(room);
  expect(new Set(before.values()).size).toBe(12);
  // One is revoked: those that came before it keep theirs, and the next one made takes its hue.
  const after = agentHues([...room.with(4, made(4, { revokedAt: 20 })), made(30)]);
  for (const { id } of room) expect(after.get(id)).toBe(before.get(id));
  expect(after.get('key_30')).toBe(before.get('key_4'));
});

test('[UI82] each agent has two letters, unlike those of others', () => {
  const named = (names: readonly string[]) => names.map((name, at) => ({ id: `key_${at}`, name, createdAt: at }));
  const lettersOf = (...names: string[]) => {
    const keys = named(names);
    return [...agentMarks(keys, new Map(keys.map(({ id }) => [id, 0]))).values()];
  };
  expect(lettersOf('coder-07', 'lint-bot', 'planner', 'straße', 'x', '…')).toEqual(['07', 'LB', 'PL', 'ST', 'X', '?']);
  expect(lettersOf('coder-07', 'coder-17', 'critic 7', 'tester-07', 'coder/07')).toEqual([
    '07',
    '17',
    'C7',
    'T7',
    'C0',
  ]);
  const fleet = named(Array.from({ length: 60 }, (_, at) => `coder-${String(at).padStart(2, '0')}`));
  const hues = agentHues(fleet);
  const marks = agentMarks(fleet, hues);
  expect(new Set(marks.values()).size).toBe(60);
  // Where the letters run out, those of one hue still differ.
  expect(lettersOf('a', 'a', 'ab', 'ab').slice(0, 3)).toEqual(['A', 'A', 'AB']);
  // A key that comes later changes nobody's letters.
  const later = agentMarks([...fleet, { id: 'key_60', name: 'coder-99' }], new Map([...hues, ['key_60', 3]]));
  for (const { id } of fleet) expect(later.get(id)).toBe(marks.get(id));
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

test('[UI92] the edge of a field is seen on every surface that fields stand on', () => {
  for (const theme of [darkSurfaces, lightSurfaces]) {
    for (const ground of [theme.ground, theme.surface, theme.raised]) {
      expect(contrast(theme.field, ground), `${theme.field} on ${ground}`).toBeGreaterThanOrEqual(3);
    }
  }
});
