import { useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Hold } from './hold.ts';

/** A list that changes by itself, and whether it holds still. */
export interface LiveList {
  readonly hold: Hold;
  readonly isHeld: boolean;
}

/**
 * Whether a live list holds still; the list reports pointer and keyboard to it, the Follow control shows it.
 *
 * @param selected key of the list's selected row: once another is selected, the list holds still
 * @param beginsHeld for a list that is opened in the middle
 */
export function useHold(selected: string | undefined, beginsHeld = false): LiveList {
  const [hold] = useState(
    () =>
      new Hold({
        isHeld: beginsHeld,
        selected,
        setTimeout: (run, ms) => setTimeout(run, ms),
        clearTimeout: (handle) => clearTimeout(handle as number | undefined),
      }),
  );
  useLayoutEffect(() => hold.select(selected), [hold, selected]);
  useEffect(() => () => hold.close(), [hold]);
  const isHeld = useSyncExternalStore(hold.subscribe, hold.current);
  return useMemo(() => ({ hold, isHeld }), [hold, isHeld]);
}
