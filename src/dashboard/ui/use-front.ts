import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/** A list that also grows, and is cut, at its front. */
export interface FrontOptions {
  /** The front is near: fetch what comes before. */
  readonly onNear: () => void;
  /** The person scrolled to the very top, or away from it. */
  readonly onTop: (isAtTop: boolean) => void;
}

/**
 * Keeps the visible rows in place when rows are added or removed at the front, and reports whether the person
 * is at the top. At the very top, new rows push the others down.
 *
 * @returns to be called when the list is scrolled
 */
export function useFront<T>(
  front: FrontOptions | undefined,
  scroller: RefObject<HTMLElement | null>,
  rows: readonly T[],
  rowKey: (row: T) => string,
  rowHeight: number,
): () => void {
  const place = useRef<{ readonly key: string; readonly offset: number }>(undefined);
  const wasAtTop = useRef(true);
  const latest = useRef({ front, rows, rowKey });
  useEffect(() => {
    latest.current = { front, rows, rowKey };
  });

  const isOn = front !== undefined;
  useLayoutEffect(() => {
    const box = scroller.current;
    const kept = place.current;
    if (!isOn || !box || !kept) return;
    const index = rows.findIndex((row) => latest.current.rowKey(row) === kept.key);
    if (index >= 0) box.scrollTop = index * rowHeight + kept.offset;
  }, [isOn, rows, rowHeight, scroller]);

  return useCallback(() => {
    const box = scroller.current;
    const { front: options, rows: now, rowKey: keyOf } = latest.current;
    if (!options || !box) return;
    const isAtTop = box.scrollTop < rowHeight / 2;
    const index = Math.floor(box.scrollTop / rowHeight);
    const row = now[index];
    place.current =
      isAtTop || row === undefined ? undefined : { key: keyOf(row), offset: box.scrollTop - index * rowHeight };
    if (isAtTop !== wasAtTop.current) {
      wasAtTop.current = isAtTop;
      options.onTop(isAtTop);
    }
    if (index < 20) options.onNear();
  }, [scroller, rowHeight]);
}
