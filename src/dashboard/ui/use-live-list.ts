import { useLayoutEffect, useMemo, useRef } from 'react';
import { heldRows, liveRows, type HeldList, type ListKind } from './held-rows.ts';
import { useHold, type LiveList } from './use-hold.ts';

/** A list that changes by itself. */
export interface ListSource<T> {
  /** Names what is listed, filter and order included: another list is shown at once, held or not. */
  readonly what: string;
  /** The rows as they are now. */
  readonly rows: readonly T[];
  /** Must be stable. */
  readonly rowKey: (row: T) => string;
  readonly kind: ListKind;
  /** Key of the selected row: it is shown at once, also where it is new in a held list. */
  readonly selected: string | undefined;
}

/** What a table needs to show such a list. */
export interface ListShown<T> {
  /** While the list is held, those of before. */
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly live: LiveList;
  readonly gone: ReadonlySet<string>;
}

/**
 * A live list that holds still: its table gets what this answers, the Follow control gets `live.hold`.
 * Once another row is selected, it does.
 */
export function useLiveList<T>(listed: ListSource<T>): ListShown<T> {
  return useHeldRows(useHold(listed.selected), listed);
}

/** The same for a list whose Follow control stands in a component above it, which has made `live`. */
export function useHeldRows<T>(live: LiveList, listed: ListSource<T>): ListShown<T> {
  const { what, rows, rowKey, kind, selected } = listed;
  const memory = useRef<{ readonly what: string; readonly list: HeldList<T> }>(undefined);
  const { hold, isHeld } = live;
  const list = useMemo(() => {
    const was = memory.current;
    const isSelected = (row: T): boolean => rowKey(row) === selected;
    // An empty list has nothing to hold: it may be one that is still being read.
    const isKnown = was?.what === what && was.list.rows.length > 0;
    const isHere = isHeld && isKnown && (was.list.rows.some(isSelected) || !rows.some(isSelected));
    const now = isHere ? heldRows(was.list, rows, rowKey, kind) : liveRows(rows);
    memory.current = { what, list: now };
    return now;
  }, [what, rows, rowKey, isHeld, kind, selected]);
  useLayoutEffect(() => hold.count(list.added), [hold, list.added]);
  const { rows: shown, gone } = list;
  return useMemo(() => ({ rows: shown, rowKey, live, gone }), [shown, rowKey, live, gone]);
}
