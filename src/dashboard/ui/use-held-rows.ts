import { useMemo, useRef } from 'react';
import { heldRows, liveRows, type HeldList, type HeldRows, type ListKind } from './held-rows.ts';

/**
 * The rows to show of a live list: while it is held, those of before.
 *
 * @param what names what is listed, filter and order included: another list is shown at once, held or not
 * @param keyOf must be stable
 */
export function useHeldRows<T>(
  what: string,
  live: readonly T[],
  keyOf: (row: T) => string,
  isHeld: boolean,
  kind: ListKind,
): HeldRows<T> {
  const memory = useRef<{ readonly what: string; readonly list: HeldList<T> }>(undefined);
  return useMemo(() => {
    const was = memory.current;
    const list = isHeld && was?.what === what ? heldRows(was.list, live, keyOf, kind) : liveRows(live);
    memory.current = { what, list };
    return list;
  }, [what, live, keyOf, isHeld, kind]);
}
