import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizePath, newPathProblem } from '../../src/hub/paths/path.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { createWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { fewMarks } from '../../src/protocol/names/few-marks.ts';
import { hiddenCharacter, withoutHidden, withoutHiddenInPath } from '../../src/protocol/names/hidden-characters.ts';
import { clientLabel } from '../../src/protocol/words/client-label.ts';
import { clientName } from '../../src/server/mcp/requests/client-name.ts';
import { lookOf, lookOfName } from '../../src/protocol/names/look.ts';
import { RuleWorld } from '../support/rule-world.ts';

/** Beside `plan.md`, by what they are. */
const hidden = {
  'zero width space': 'plan\u200b.md',
  'soft hyphen': 'pl\u00adan.md',
  'byte order mark': '\ufeffplan.md',
  'left-to-right mark': 'plan.md\u200e',
  'right-to-left mark': '\u200fplan.md',
  'Arabic letter mark': 'plan\u061c.md',
  'word joiner': 'plan\u2060.md',
  'joiners in Latin': 'pl\u200can\u200d.md',
  'Hangul filler': '\u3164',
  'half-width filler': 'plan\uffa0.md',
  'combining grapheme joiner': 'pla\u034fn.md',
  'variation selector': 'plan\ufe0f.md',
  'variation selector of Mongolian': 'plan\u180b.md',
  'supplementary selector': 'plan\u{e0100}.md',
  'tag characters': 'plan\u{e0061}\u{e007f}.md',
  noncharacter: 'plan\uffff.md',
  'noncharacter of another plane': 'plan\u{2fffe}.md',
  'annotation mark': 'plan\ufff9.md',
  'musical format': 'plan\u{1d173}.md',
  'blank of Braille': 'plan\u2800.md',
  isolate: 'plan\u2067.md',
  'digits that join nothing': '1\u200d2',
  'a selector on a letter': 'a\ufe0f',
  'a selector on an emoji that needs none': '\u{1f600}\ufe0f',
  'emoji that form no sequence': '\u{1f600}\u200d\u{1f600}',
  'a joiner after a letter that joins nothing': '\u062f\u200c\u0627',
  'two joiners': '\u0645\u06cc\u200c\u200c\u062e',
  'a joiner at the end': '\u0645\u06cc\u200c',
  'a joiner between words': '\u0645\u06cc\u200c \u062e',
} as const;

test.each(Object.entries(hidden))(
  '[FI40] %s in a new path is refused, and a name without it is offered',
  (_what, path) => {
    const normal = normalizePath(path);
    if (typeof normal !== 'string') return; // refused before, in any path
    const problem = newPathProblem(normal);
    expect(problem).toMatchObject({ code: 'invalid_path', message: expect.stringContaining('nobody sees') });
    const instead = String(problem?.details?.['instead']);
    expect(newPathProblem(instead)).toBeUndefined();
    expect(normalizePath(instead)).toBe(instead);
  },
);

test.each(['plan.md ', ' plan.md', 'a /plan.md', 'a/ plan.md', 'plan.md\u00a0', '\u3000plan.md', 'plan.md\u2003'])(
  '[FI40] the blank at an end of a name in %j is refused',
  (path) => {
    const problem = newPathProblem(path);
    expect(problem).toMatchObject({
      code: 'invalid_path',
      details: { instead: path.includes('/') ? 'a/plan.md' : 'plan.md' },
    });
  },
);

test.each([
  'plan.md',
  'Screenshot 2026-01-02 at 3.04.05\u202fPM.png',
  '日本語\u3000メモ.md',
  '👩‍👩‍👧.png',
  '❤️.md',
  '1️⃣ first.md',
  '👁️‍🗨️',
  '🏴󠁧󠁢󠁳󠁣󠁴󠁿.svg',
  '🇩🇪/👍🏽.md',
  'می‌خواهم.txt', // Persian: U+200C between letters that would join
  'नामक्‍ष.txt', // Hindi: U+200D after a virama
  'ශ්‍රී.md', // Sinhala
  'क्‌ष', // Hindi: U+200C after a virama
  'ന്‍.txt', // Malayalam, as it was written before it had letters of its own for that
  'שלום.txt',
  'Zu\u0308rich',
])('[FI40] %j is a name as people write it', (path) => {
  const normal = normalizePath(path);
  expect(normal).toBe(path.normalize('NFC'));
  expect(newPathProblem(path.normalize('NFC'))).toBeUndefined();
  expect(withoutHiddenInPath(path)).toBe(path);
});

test('[FI40] what is offered is always a name, and cleaning it again changes nothing', () => {
  const odd = fc.constantFrom(...Object.values(hidden).join(''), '❤', '\ufe0f', ' ', '/', '\\', 'ب', 'क', '\u094d');
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: odd, maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 30 })),
      (text) => {
        const name = withoutHidden(text);
        expect(hiddenCharacter(name)).toBeUndefined();
        expect(withoutHidden(name)).toBe(name);
        for (const part of withoutHiddenInPath(text).split('/')) expect(part).not.toBe('');
      },
    ),
    { numRuns: 2_000 },
  );
});

test('[WS20] new names of workspaces and keys have nothing that nobody sees; old ones can stay', () => {
  const world = RuleWorld.withAgents();
  for (const name of [...Object.values(hidden), 'a\u00a0', '\u3000a']) {
    expect(world.refusal('human', createWorkspace, { name }).code, JSON.stringify(name)).toBe('invalid_argument');
    expect(world.refusal('human', updateWorkspace, { workspace: 'wsp_1', name }).code).toBe('invalid_argument');
    const key = { name, secretSha256: 'x', roles: {} };
    expect(world.refusal('human', createKey, key).code, JSON.stringify(name)).toBe('invalid_argument');
  }
  world.add({ type: 'workspace.created', workspace: 'wsp_2', name: 'ol\u200bd', quotaBytes: 100, intelligence: false });
  world.run('human', updateWorkspace, { workspace: 'wsp_2', name: 'ol\u200bd', quotaBytes: 200 });
  expect(world.state.workspaces.get('wsp_2')).toMatchObject({ name: 'ol\u200bd', quotaBytes: 200 });
  expect(world.refusal('human', createWorkspace, { name: 'old' }).code).toBe('name_taken');
});

test('[WS21] names that differ by compatibility, dash, blank or case only are one name', () => {
  const world = RuleWorld.withAgents();
  world.run('human', createWorkspace, { name: 'Projekt-Geheim é 2' });
  world.run('human', createKey, { name: 'plan-ner 2', secretSha256: 'x', roles: {} });
  const twins = [
    'Ｐrojekt-Geheim é 2',
    'Projekt\u2010Geheim é 2',
    'Projekt\u2014Geheim é 2',
    'Projekt\u2212Geheim e\u0301 2',
  ];
  for (const name of [...twins, 'PROJEKT-GEHEIM\u00a0é ２', 'Projekt-Geheim  é ²']) {
    expect(world.refusal('human', createWorkspace, { name }).code, name).toBe('name_taken');
  }
  expect(world.refusal('human', createWorkspace, { name: 'ｗsp_1' }).code).toBe('name_taken'); // the id of another
  for (const name of ['plan\u2011ner 2', 'Plan-Ner 2', 'ｐlan-ner ２', 'plan-ner\u20032']) {
    const refused = world.refusal('human', createKey, { name, secretSha256: 'y', roles: {} });
    expect(refused, name).toMatchObject({ code: 'name_taken', message: expect.stringContaining('plan-ner 2') });
  }
  world.run('human', createWorkspace, { name: 'Projekt_Geheim é 2' });
});

test('[FI41] a look is the same for what looks alike, and its own look', () => {
  expect(['ﬁle.md', 'file\u200b.md', 'ｆile.md', 'file.md ', 'fi\u00adle.md'].map(lookOf)).toEqual(
    Array(5).fill('file.md'),
  );
  expect(lookOf('a\u2013b/c\u00a0 d')).toBe('a-b/c d');
  expect(lookOf('A/b')).toBe('A/b');
  expect(['ΑΣ', 'ας', 'ασ'].map(lookOfName)).toEqual(Array(3).fill('ας'));
  expect(lookOf('🏴󠁧󠁢󠁳󠁣󠁴󠁿')).not.toBe(lookOf('🏴󠁧󠁢󠁥󠁮󠁧󠁿'));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      expect(lookOf(lookOf(text))).toBe(lookOf(text));
    }),
  );
});

test('[SE11] what a client calls itself is kept without what nobody sees, and with the marks of a script', () => {
  const kept = (value: unknown) => clientName(value, 200, 'unnamed client');
  expect(kept('claude-code')).toBe('claude-code');
  expect(kept('  ⚙️ Zug-Planer 🚂 ')).toBe('⚙️ Zug-Planer 🚂');
  expect(kept('\u202eedoc\u200b-edualc\n\u0000\u{e0041}')).toBe('edoc-edualc');
  expect(kept('می\u200cخواهم')).toBe('می\u200cخواهم');
  expect(kept(`a${'\u0301'.repeat(900)}`)).toBe(`a${'\u0301'.repeat(16)}`);
  expect(kept(`${'\u200b'.repeat(150)}${'x'.repeat(300)}`)).toBe('x'.repeat(200));
  for (const nothing of ['', ' ', '\u200b\u3164', undefined, 7]) expect(kept(nothing)).toBe('unnamed client');
});

test('[SE11] a client of an older log is shown so, too', () => {
  expect(clientLabel({ name: '\u202eedualc', version: '1.0\u200b.0' })).toBe('edualc 1.0.0');
  expect(clientLabel({ name: `z${'\u0336'.repeat(200)}`, version: '' })).toBe(`z${'\u0336'.repeat(16)}`);
  expect(clientLabel({ name: '\u200b', version: '' })).toBe('unnamed client');
});

test('[UX70] of the marks on a letter 16 are shown; those of any script are fewer', () => {
  for (const written of ['Việt', 'עִבְרִ֑ית', 'हिन्दी', 'བརྒྱུད', 'ทั้งนี้', 'ẕ̌̅̇', '🚂⚙️']) expect(fewMarks(written)).toBe(written);
  expect(fewMarks(`a${'\u0301\u0323'.repeat(40)}/b${'\u0336'.repeat(20)}.md`)).toBe(
    `a${'\u0301\u0323'.repeat(8)}/b${'\u0336'.repeat(16)}.md`,
  );
});
