import type { LockState, LockWaiter } from '../../../protocol/state.ts';

/** A line of the locks' list: a lock, and below it each one that waits for it. */
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

/** Locks with their queues spread out into lines. */
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
