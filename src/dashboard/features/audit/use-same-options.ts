import type { ComboboxData } from '@mantine/core';
import { useState } from 'react';

/** Options of a menu that were made anew; the ones before, as the same object, where they say the same. */
export function sameOptions(before: ComboboxData, now: ComboboxData): ComboboxData {
  return before === now || JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

/**
 * {@link sameOptions} from one render to the next. A menu has all of its options in the page, also while it is closed,
 * and renders each of them again for another object.
 */
export function useSameOptions(now: ComboboxData): ComboboxData {
  const [kept, setKept] = useState(now);
  const same = sameOptions(kept, now);
  if (same !== kept) setKept(same);
  return same;
}
