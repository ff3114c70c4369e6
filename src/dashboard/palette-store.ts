import { createSpotlight } from '@mantine/spotlight';
import { isCommand } from './latin-key.ts';

/**
 * Which line of the palette is chosen, and its `open`. The library's own store is the same but cannot
 * be reached, and a list that grows after the typing has to choose again.
 */
export const [paletteStore, palette] = createSpotlight();

/** On what has the palette's keys, its field among them. */
export const PALETTE_MARK = 'data-palette';

/**
 * Takes a key that was typed after the palette was opened and before its field is there, some frames later on a busy
 * machine: its letters come into the field, and Enter presses nothing of the page below.
 *
 * @returns whether the key was taken
 */
export function typeAhead(event: KeyboardEvent, focused: Element | null): boolean {
  const { opened } = paletteStore.getState();
  if (!opened || isCommand(event) || event.isComposing || focused?.closest(`[${PALETTE_MARK}]`)) return false;
  if (event.key === 'Enter' || event.key === 'Backspace' || event.key.length === 1) {
    const { key } = event;
    // `updateState` tells nobody: the field would not show it, and overwrite it with the next letter.
    const state = paletteStore.getState();
    paletteStore.setState({ ...state, query: typed(state.query, key) });
    return true;
  }
  return false;
}

function typed(query: string, key: string): string {
  if (key === 'Backspace') return query.slice(0, -1);
  return key === 'Enter' ? query : query + key;
}
