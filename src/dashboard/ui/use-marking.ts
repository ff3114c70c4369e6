import { useCallback, useLayoutEffect, useRef, type KeyboardEvent } from 'react';
import { latinKey } from '../latin-key.ts';
import { markedShare, markRange, toggleMark, type Marks } from './marks.ts';

export interface Marking {
  /** How much is marked; undefined in a list without marks. */
  readonly share: 'none' | 'some' | 'all' | undefined;
  /** Marks a row or takes its mark off; as a range, marks all from the last one on. The same function for ever. */
  readonly mark: (key: string, isRange: boolean) => void;
  readonly toggleAll: () => void;
  /** Handles a key that marks (x, Ctrl-A, or Esc while something is marked); answers whether it was one. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/**
 * The marks of a list's rows, set by mouse and keys. `current` is the row of the keyboard; `onMark`, which
 * must be stable, gets its new row.
 */
export function useMarking<T>(
  rows: readonly T[],
  rowKey: (row: T) => string,
  marks: Marks<T> | undefined,
  current: string | undefined,
  onMark: (key: string) => void,
): Marking {
  const order = marks ? rows.filter((row) => marks.canMark(row)).map((row) => rowKey(row)) : [];
  const anchor = useRef<string>(undefined);
  const latest = useRef({ order, marks, current });
  useLayoutEffect(() => {
    latest.current = { order, marks, current };
  });
  const mark = useCallback(
    (key: string, isRange: boolean): void => {
      const { order: keys, marks: now, current: at } = latest.current;
      if (!now || !keys.includes(key)) return;
      const from = anchor.current ?? at;
      now.onChange(isRange ? markRange(now.keys, keys, from, key) : toggleMark(now.keys, key));
      anchor.current = key;
      onMark(key);
    },
    [onMark],
  );
  const share = marks && markedShare(marks.keys, order);
  const toggleAll = (): void => marks?.onChange(new Set(share === 'all' ? [] : order));
  const onKey = (event: KeyboardEvent): boolean => {
    if (!marks || event.altKey) return false;
    const isCommand = event.ctrlKey || event.metaKey;
    const key = latinKey(event.nativeEvent);
    if (key === 'x' && !isCommand && current !== undefined) mark(current, false);
    else if (key === 'a' && isCommand && order.length > 0) marks.onChange(new Set(order));
    else if (key === 'Escape' && share !== 'none') marks.onChange(new Set());
    else return false;
    return true;
  };
  return { share, mark, toggleAll, onKey };
}
