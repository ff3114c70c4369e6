import { HubError } from '../../protocol/errors.ts';
import type { EventOf } from '../../protocol/events.ts';
import { placeKey } from '../../protocol/place-key.ts';
import type { Hub } from '../hub.ts';
import type { Origin } from '../rule.ts';
import { cancelled, lockTimeout } from '../rules/lock-errors.ts';
import { leaveQueue, type AcquireLock, type ReleaseLock } from '../rules/locks.ts';
import type { Committed } from '../store/applied.ts';

export interface AcquiredLock {
  readonly lockId: string;
  readonly fence: number;
  /** Ms since the epoch. */
  readonly expiresAt: number;
  readonly waitedMs: number;
}

export interface LockWait {
  readonly command: AcquireLock;
  readonly origin: Origin;
  readonly signal: AbortSignal | undefined;
  /** Ids of the waiters that were in the queue before. */
  readonly ahead: readonly string[];
}

/** The event that ends a wait. */
export type WaitEnd = EventOf<'lock.acquired' | 'lock.refused'> & { readonly waiterId: string };

interface PendingWait extends LockWait {
  readonly resolve: (granted: Committed<AcquiredLock>) => void;
  readonly reject: (error: unknown) => void;
  readonly stop: () => void;
}

/** Calls that wait for a lock, by waiter; each ends with its waiter's grant or refusal in the log. */
export class LockWaits {
  readonly #hub: Hub;
  readonly #giveBack: (lock: ReleaseLock, origin: Origin) => void;
  readonly #pending = new Map<string, PendingWait>();
  /**
   * Calls that were aborted while their waiter may still be granted the lock, until the log has its grant or
   * refusal.
   */
  readonly #abandoned = new Map<string, LockWait>();

  /** @param giveBack releases a lock that was granted to a call that is gone */
  constructor(hub: Hub, giveBack: (lock: ReleaseLock, origin: Origin) => void) {
    this.#hub = hub;
    this.#giveBack = giveBack;
  }

  /** How many calls wait. */
  get size(): number {
    return this.#pending.size;
  }

  /**
   * Call in the turn in which the waiter was queued, so that no event of it is missed. Resolves when the
   * grant is on disk; rejects with the refusal.
   * @param queued resolves when the queueing is on disk; rejects when the disk lost it
   */
  wait(waiterId: string, queued: Promise<void>, wait: LockWait): Promise<Committed<AcquiredLock>> {
    return new Promise((resolve, reject) => {
      const abort = (): void => this.#abort(waiterId);
      wait.signal?.addEventListener('abort', abort, { once: true });
      const stop = (): void => wait.signal?.removeEventListener('abort', abort);
      this.#pending.set(waiterId, { ...wait, resolve, reject, stop });
      queued.catch((error: unknown) => this.#lost(waiterId, error));
    });
  }

  /** What the log says of a waiter, once it is on disk. */
  end(event: WaitEnd): void {
    const { waiterId } = event;
    const abandoned = this.#abandoned.get(waiterId);
    this.#abandoned.delete(waiterId);
    if (abandoned && event.type === 'lock.acquired') this.#giveBack(event, abandoned.origin);
    const pending = this.#take(waiterId);
    if (!pending) return;
    if (event.type === 'lock.refused') return pending.reject(this.#refusal(event, pending));
    const { lockId, seq, expiresAt, waitedMs } = event;
    pending.resolve({ answer: { lockId, fence: seq, expiresAt, waitedMs }, seq, durable: Promise.resolve() });
  }

  /** Rejects all that wait. */
  close(error: HubError): void {
    for (const waiterId of [...this.#pending.keys()]) this.#take(waiterId)?.reject(error);
    this.#abandoned.clear();
  }

  #take(waiterId: string): PendingWait | undefined {
    const pending = this.#pending.get(waiterId);
    this.#pending.delete(waiterId);
    pending?.stop();
    return pending;
  }

  #lost(waiterId: string, error: unknown): void {
    this.#abandoned.delete(waiterId);
    this.#take(waiterId)?.reject(error);
  }

  #abort(waiterId: string): void {
    const pending = this.#take(waiterId);
    if (!pending) return;
    const { command, origin } = pending;
    const { workspace, path } = command;
    pending.reject(cancelled(path));
    // If it is granted all the same, nobody will use or release it: see end().
    this.#abandoned.set(waiterId, pending);
    try {
      this.#hub.commit(leaveQueue, { workspace, path, waiterId, code: 'cancelled' }, origin);
    } catch (error) {
      this.#hub.logger?.warn(
        { err: error, waiterId },
        'A cancelled call keeps its place in the queue until it runs out',
      );
    }
  }

  #refusal(event: EventOf<'lock.refused'>, { command, ahead }: LockWait): HubError {
    const { state } = this.#hub;
    switch (event.code) {
      case 'lock_timeout': {
        const lock = state.locks.get(placeKey(command.workspace, command.path));
        const still = new Set(lock?.waiters.map(({ waiterId }) => waiterId));
        return lockTimeout(state, command.path, lock, ahead.filter((id) => still.has(id)).length + 1);
      }
      case 'cancelled':
        return cancelled(command.path);
      case 'not_found':
        return new HubError('not_found', 'The workspace was deleted while you waited for a lock in it.');
      default:
        return new HubError(
          event.code,
          `You lost your place in the queue for the lock on ${command.path}: ${event.code}.`,
        );
    }
  }
}
