import { expect, test } from 'vitest';
import { Shortcuts } from '../../src/dashboard/features/shell/shortcuts.ts';
import { isCommand, latinKey } from '../../src/dashboard/latin-key.ts';

const press = (key: string, code: string, more = {}) =>
  latinKey({ key, code, shiftKey: false, isComposing: false, ...more });

test('[UI93] letters count by their place where the layout has none of the Latin ones', () => {
  expect([press('п', 'KeyG'), press('γ', 'KeyG'), press('ע', 'KeyG'), press('ا', 'KeyH')]).toEqual([
    'g',
    'g',
    'g',
    'h',
  ]);
  expect([press('б', 'Comma'), press('х', 'BracketLeft'), press('ъ', 'BracketRight')]).toEqual([',', '[', ']']);
  expect(press('П', 'KeyG', { shiftKey: true })).toBe('G');
  expect(press('ű', 'Backslash')).toBe('ű'); // no shortcut has that place
});

test('[UI93] a layout’s own Latin letters and signs count as typed, wherever they are', () => {
  expect(press('q', 'KeyA')).toBe('q'); // French
  expect(press('j', 'KeyC')).toBe('j'); // Dvorak
  expect(press('/', 'Digit7', { shiftKey: true })).toBe('/'); // German
  expect(press('?', 'Minus', { shiftKey: true })).toBe('?');
  expect(press('ü', 'BracketLeft')).toBe('['); // German has [ on AltGr alone
  expect(press('Enter', 'NumpadEnter')).toBe('Enter');
});

test('[UI93] caps lock changes no shortcut', () => {
  expect(press('G', 'KeyG')).toBe('g');
  expect(press('g', 'KeyG', { shiftKey: true })).toBe('G');
  const keys = new Shortcuts(() => 0);
  expect(keys.typed(press('G', 'KeyG'))).toBeUndefined();
  expect(keys.typed(press('O', 'KeyO'))).toEqual({ kind: 'go', letter: 'o' });
});

test('[UI93] the keys of a text that is being composed are no shortcuts', () => {
  expect(press('Escape', 'Escape', { isComposing: true })).toBe('');
  expect(press('Process', 'KeyG')).toBe('');
});

test('[UI93] AltGr types signs; Ctrl, Alt and Meta make commands', () => {
  const held = { ctrlKey: false, metaKey: false, altKey: false };
  const none = () => false;
  expect(isCommand({ ...held, getModifierState: none })).toBe(false);
  expect(isCommand({ ...held, altKey: true, getModifierState: none })).toBe(true);
  // As Windows reports it.
  const altGr = (name: string) => name === 'AltGraph';
  expect(isCommand({ ...held, ctrlKey: true, altKey: true, getModifierState: altGr })).toBe(false);
});
