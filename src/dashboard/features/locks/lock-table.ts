import type { LockState, LockWaiter } from '../../../protocol/state.ts';

/** A row of the locks' list: a lock, or one of its waiters below it. */
export type LockLine =
  | { readonly kind: 'lock'; readonly key: string; readonly lock: LockState }
  | {
      readonly kind: 'waiter';
      readonly key: string;
      readonly lock: LockState;
      readonly waiter: LockWaiter;
      /** 1 for the next to be granted. */
      readonly place: number;
    };

/** Locks and their waiters as rows. */
export function lockLines(locks: readonly LockState[]): readonly LockLine[] {
  return locks.flatMap((lock): LockLine[] => [
    { kind: 'lock', key: lock.lockId, lock },
    ...lock.waiters.map((waiter, index): LockLine => ({
      kind: 'waiter',
      key: waiter.waiterId,
      lock,
      waiter,
      place: index + 1,
    })),
  ]);
}

/** Whether two lines with one key say the same. */
export function isSameLine(one: LockLine, other: LockLine): boolean {
  if (one.kind === 'lock' || other.kind === 'lock') return one.kind === other.kind && one.lock === other.lock;
  return one.lock === other.lock && one.waiter === other.waiter && one.place === other.place;
}
