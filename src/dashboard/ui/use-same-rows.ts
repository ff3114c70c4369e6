import { useMemo, useRef } from 'react';
import { sameRows } from './same-rows.ts';

/** {@link sameRows} from one render to the next. The functions must be stable. */
export function useSameRows<T>(
  now: readonly T[],
  keyOf: (row: T) => string,
  isSame: (one: T, other: T) => boolean,
): readonly T[] {
  const before = useRef<readonly T[]>([]);
  return useMemo(() => {
    before.current = sameRows(before.current, now, keyOf, isSame);
    return before.current;
  }, [now, keyOf, isSame]);
}
