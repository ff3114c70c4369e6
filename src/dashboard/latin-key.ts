/** What of a KeyboardEvent says which key was pressed. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'isComposing'>;

/** Keys beside the letters that shortcuts use, by their place on the keyboard. */
const PLACES: Readonly<Record<string, string>> = { Comma: ',', Slash: '/', BracketLeft: '[', BracketRight: ']' };

/**
 * The key as a Latin keyboard without caps lock names it: `g` also where the layout has п or γ there, and with caps
 * lock on; `?` and the like by whatever keys they are typed. Empty while a text is composed (IME), whose keys belong
 * to the one that composes.
 */
export function latinKey({ key, code, shiftKey, isComposing }: KeyPress): string {
  if (isComposing || key === 'Process') return '';
  if (/^[a-z]$/iu.test(key)) return shiftKey ? key.toUpperCase() : key.toLowerCase();
  // The names of keys, as Enter, and every other character that a shortcut can have.
  if (key.length > 1 || key <= '~') return key;
  const letter = /^Key([A-Z])$/u.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  if (code === 'Slash' && shiftKey) return '?';
  return PLACES[code] ?? key;
}

/** Whether a key that makes commands is held. AltGr is none: it types the [ and ] of many keyboards. */
export function isCommand(event: Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'altKey' | 'getModifierState'>): boolean {
  if (event.getModifierState('AltGraph')) return false;
  return event.ctrlKey || event.metaKey || event.altKey;
}
