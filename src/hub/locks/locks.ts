import { nounOf } from '../../protocol/noun.ts';
import { placeKey } from '../../protocol/place-key.ts';
import type { LockState } from '../../protocol/state.ts';
import type { Hub, EncodedEvent } from '../hub.ts';
import { HUB, type Origin } from '../rule.ts';
import { cancelled } from '../rules/lock-errors.ts';
import {
  acquireLock,
  expireLocks,
  forceReleaseLock,
  releaseLock,
  renewLock,
  type AcquireLock,
  type ForceReleaseLock,
  type ReleaseLock,
  type RenewLock,
} from '../rules/locks.ts';
import type { Committed } from '../store/applied.ts';
import { hubClosed } from '../hub-errors.ts';
import { Leases } from './leases.ts';
import { LockWaits, type AcquiredLock, type WaitEnd } from './lock-waits.ts';

export type AcquireInput = AcquireLock & {
  /**
   * Ends the wait: the place in the queue is given up. Aborting also releases a lock that was granted,
   * so do not abort once the caller has its answer.
   */
  readonly signal?: AbortSignal;
};

/** Leases and waits that end in one commit: thousands may have been given for the same time. */
const MOST_EXPIRED_AT_ONCE = 200;

/**
 * The locks of all workspaces: taking, renewing and releasing them, waiting for one, and the end of leases.
 * Changes are answered when they are applied; before its own answer the caller waits for `durable`. Errors
 * are HubError.
 */
export class Locks {
  readonly #hub: Hub;
  readonly #waits: LockWaits;
  readonly #leases: Leases;
  /**
   * Workspace and path of each token. A holder learns its token only when the grant is in the log, and then
   * it is here too.
   */
  readonly #places = new Map<string, string>();
  readonly #stops: (() => void)[];
  #isClosed = false;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#waits = new LockWaits(hub, (lock, origin) => this.giveBack(origin, lock));
    this.#leases = new Leases({
      timers: hub.timers,
      now: hub.now,
      next: () => hub.state.locks.nextDeadline(),
      expire: () => this.#expire(),
    });
    for (const [place, { lockId }] of hub.state.locks) this.#places.set(lockId, place);
    this.#stops = [
      hub.subscribe((batch) => this.#onEvents(batch)),
      hub.onStorage(({ status }) => status === 'ok' && this.#leases.changed()),
    ];
    this.#leases.changed();
  }

  /** How many calls wait. */
  get waiting(): number {
    return this.#waits.size;
  }

  /** The lock that a token is of, while it is held. */
  byToken(lockId: string): LockState | undefined {
    const lock = this.#hub.state.locks.get(this.#places.get(lockId) ?? '');
    return lock?.lockId === lockId ? lock : undefined;
  }

  /**
   * Takes a lock, waiting up to `waitMs` for it; one that was waited for is on disk when this answers.
   * Rejects with `locked` or `deadlock`, `lock_timeout` (with the holder and the place in the queue),
   * `cancelled`, or why the waiter lost its place.
   */
  async acquire(origin: Origin, input: AcquireInput): Promise<Committed<AcquiredLock>> {
    const { signal, ...command } = input;
    if (signal?.aborted) throw cancelled(command.path);
    // The waiters ahead now. At a timeout, those that are still ahead give the place in the queue.
    const ahead = this.#hub.state.locks.get(placeKey(command.workspace, command.path))?.waiters ?? [];
    const committed = this.#hub.commit(acquireLock, command, origin);
    const { answer, seq, durable } = committed;
    let granted: Committed<AcquiredLock>;
    if (answer.status === 'held') {
      const { lockId, fence, expiresAt } = answer;
      granted = { answer: { lockId, fence, expiresAt, waitedMs: 0 }, seq, durable };
    } else {
      const aheadIds = ahead.map(({ waiterId }) => waiterId);
      granted = await this.#waits.wait(answer.waiterId, durable, { command, origin, signal, ahead: aheadIds });
    }
    const giveBack = (): void => this.giveBack(origin, { ...command, lockId: granted.answer.lockId });
    if (signal?.aborted) {
      giveBack();
      throw cancelled(command.path);
    }
    signal?.addEventListener('abort', giveBack, { once: true });
    return granted;
  }

  /** Restarts a lease from now. Throws `lock_not_held`. */
  renew(origin: Origin, command: RenewLock): Committed<{ readonly expiresAt: number }> {
    return this.#hub.commit(renewLock, command, origin);
  }

  /** Frees a lock; the first in its queue gets it in the same commit. Throws `lock_not_held`. */
  release(origin: Origin, command: ReleaseLock): Committed<void> {
    return this.#hub.commit(releaseLock, command, origin);
  }

  /** Takes a lock from its holder, for the person at the desk only. Throws `lock_not_held`. */
  force(origin: Origin, command: ForceReleaseLock): Committed<void> {
    return this.#hub.commit(forceReleaseLock, command, origin);
  }

  /** Releases a lock whose caller is gone. If that fails, its lease will end. */
  giveBack(origin: Origin, { workspace, path, lockId }: ReleaseLock): void {
    try {
      this.release(origin, { workspace, path, lockId });
    } catch (error) {
      this.#hub.logger?.warn({ err: error, lockId }, 'The lock of a cancelled call stays until its lease runs out');
    }
  }

  /** Ends the waits with `hub_closed` and stops the timer. Call before the hub's own close. */
  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    this.#leases.close();
    this.#waits.close(hubClosed());
  }

  #onEvents(batch: readonly EncodedEvent[]): void {
    let isChanged = false;
    for (const { event } of batch) {
      if (event.type === 'lock.acquired') this.#places.set(event.lockId, placeKey(event.workspace, event.path));
      if (event.type === 'lock.released') this.#places.delete(event.lockId);
      if (isOfWaiter(event)) this.#waits.end(event);
      isChanged ||= nounOf(event.type) === 'lock' || event.type === 'hub.clock_stepped';
    }
    if (isChanged) this.#leases.changed();
  }

  #expire(): boolean {
    if (this.#isClosed || this.#hub.storage.status !== 'ok') return false;
    const before = this.#hub.state.seq;
    return this.#hub.commit(expireLocks, { most: MOST_EXPIRED_AT_ONCE }, HUB).seq > before;
  }
}

function isOfWaiter(event: EncodedEvent['event']): event is WaitEnd {
  return (event.type === 'lock.acquired' || event.type === 'lock.refused') && event.waiterId !== undefined;
}
