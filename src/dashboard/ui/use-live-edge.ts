import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import type { LiveList } from './use-hold.ts';

export interface LiveEdgeOptions<T> {
  readonly live: LiveList | undefined;
  /** Where new rows come in a log: while it is live, that end stays in view. */
  readonly edge: 'start' | 'end' | undefined;
  /** The front is near: fetch what comes before. */
  readonly onFront: (() => void) | undefined;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly rowHeight: number;
}

/**
 * Keeps the visible rows of a live list in place when rows come or go above them. In a log the live end stays in
 * view instead, and scrolling away from it holds the list.
 *
 * @returns to be called when the list is scrolled
 */
export function useLiveEdge<T>(options: LiveEdgeOptions<T>): () => void {
  const { live, edge, scroller, rows, rowHeight } = options;
  const place = useRef<{ readonly key: string; readonly top: number; readonly offset: number }>(undefined);
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const keepsPlace = live !== undefined && edge !== 'end';
  const isLive = live !== undefined && !live.isHeld;

  useLayoutEffect(() => {
    if (!isLive || edge !== 'start') return;
    place.current = undefined;
    scroller.current?.scrollTo({ top: 0 });
  }, [isLive, edge, scroller]);

  useLayoutEffect(() => {
    const box = scroller.current;
    const kept = place.current;
    if (!keepsPlace || !box || !kept) return;
    const index = rows.findIndex((row) => latest.current.rowKey(row) === kept.key);
    // Only where it has moved: to set a place lays the whole page out.
    const top = index * rowHeight;
    if (index < 0 || top === kept.top) return;
    box.scrollTop = top + kept.offset;
    place.current = { ...kept, top };
  }, [keepsPlace, rows, rowHeight, scroller]);

  return useCallback(() => {
    const box = scroller.current;
    const now = latest.current;
    if (!now.live || !box) return;
    const { hold } = now.live;
    if (now.edge === 'end') {
      const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < rowHeight * 1.5;
      if (isAtEnd) hold.end('scroll');
      else hold.begin('scroll');
      return;
    }
    const isAtTop = box.scrollTop < rowHeight / 2;
    const index = Math.floor(box.scrollTop / rowHeight);
    const row = now.rows[index];
    place.current =
      isAtTop || row === undefined
        ? undefined
        : { key: now.rowKey(row), top: index * rowHeight, offset: box.scrollTop - index * rowHeight };
    if (now.edge === 'start') {
      if (isAtTop) hold.end('scroll');
      else hold.begin('scroll');
    }
    if (index < 20 && !isAtTop) now.onFront?.();
  }, [scroller, rowHeight]);
}
