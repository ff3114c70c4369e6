import { HubError } from '../../protocol/errors.ts';
import type { EventOf } from '../../protocol/events.ts';
import { placeKey } from '../../protocol/place-key.ts';
import type { Hub, Told } from '../hub.ts';
import type { Origin } from '../rule.ts';
import { lockTimeout } from '../rules/lock-errors.ts';
import { acquireLock, leaveQueue, releaseLock, type AcquireLock, type ReleaseLock } from '../rules/locks.ts';

export type AcquireInput = AcquireLock & {
  /**
   * Ends the wait: the place in the queue is given up. A lock that was granted is released as well,
   * also later: abort it as long as, and only while, the answer has not reached who asked.
   */
  readonly signal?: AbortSignal;
};

export interface AcquiredLock {
  readonly lockId: string;
  readonly fence: number;
  readonly expiresAt: number;
  readonly waitedMs: number;
}

/**
 * Takes a lock, waiting up to `waitMs` for it. Rejects with `locked` or `deadlock`, `lock_timeout`
 * (with the holder and the place in the queue), `cancelled`, or why the waiter lost its place.
 */
export async function acquire(hub: Hub, origin: Origin, input: AcquireInput): Promise<AcquiredLock> {
  const { signal, ...command } = input;
  if (signal?.aborted) throw cancelled(command.path);
  // Whoever is ahead now: at a timeout, those of them who still are make up the place in the queue.
  const ahead = hub.state.locks.get(placeKey(command.workspace, command.path))?.waiters ?? [];
  const answer = await hub.execute(acquireLock, command, origin);
  const lock: AcquiredLock =
    answer.status === 'held'
      ? { lockId: answer.lockId, fence: answer.fence, expiresAt: answer.expiresAt, waitedMs: 0 }
      : await hub.lockWaits.wait(answer.waiterId, {
          command,
          origin,
          signal,
          ahead: ahead.map(({ waiterId }) => waiterId),
        });
  const giveBack = (): void => hub.lockWaits.giveBack({ ...command, lockId: lock.lockId }, origin);
  if (signal?.aborted) {
    giveBack();
    throw cancelled(command.path);
  }
  signal?.addEventListener('abort', giveBack, { once: true });
  return lock;
}

interface Wait {
  readonly command: AcquireLock;
  readonly origin: Origin;
  readonly signal: AbortSignal | undefined;
  readonly ahead: readonly string[];
}

interface Pending extends Wait {
  readonly resolve: (lock: AcquiredLock) => void;
  readonly reject: (error: HubError) => void;
  readonly stop: () => void;
}

/** Calls that wait for a lock, by waiter; each ends with what the log tells of its waiter. */
export class LockWaits {
  readonly #hub: Hub;
  readonly #pending = new Map<string, Pending>();
  /** What was told of waiters between their queueing and their call's waiting for it. */
  readonly #early = new Map<string, EventOf<'lock.acquired' | 'lock.refused'>>();
  /** Calls that gave up while their waiter may still be granted the lock, until the log tells what became of it. */
  readonly #abandoned = new Map<string, Wait>();

  constructor(hub: Hub) {
    this.#hub = hub;
    hub.subscribe((batch) => this.#told(batch));
  }

  /** How many calls wait. */
  get size(): number {
    return this.#pending.size;
  }

  wait(waiterId: string, wait: Wait): Promise<AcquiredLock> {
    return new Promise((resolve, reject) => {
      const abort = (): void => this.#abort(waiterId);
      wait.signal?.addEventListener('abort', abort, { once: true });
      const stop = (): void => wait.signal?.removeEventListener('abort', abort);
      this.#pending.set(waiterId, { ...wait, resolve, reject, stop });
      if (wait.signal?.aborted) this.#abort(waiterId);
      const early = this.#early.get(waiterId);
      if (early) this.#end(early);
    });
  }

  /** Releases a lock whose caller has gone; the next in its queue gets it. */
  giveBack({ workspace, path, lockId }: ReleaseLock, origin: Origin): void {
    this.#try({ lockId }, () => this.#hub.commit(releaseLock, { workspace, path, lockId }, origin));
  }

  /** Rejects all that wait: the hub closes. */
  close(error: HubError): void {
    for (const { reject, stop } of this.#pending.values()) {
      stop();
      reject(error);
    }
    this.#pending.clear();
  }

  #told(batch: readonly Told[]): void {
    // A call's own continuation, which begins the wait, runs before the next batch is told.
    this.#early.clear();
    for (const { event } of batch) {
      if (event.type !== 'lock.acquired' && event.type !== 'lock.refused') continue;
      if (event.waiterId !== undefined) this.#end(event);
    }
  }

  #end(event: EventOf<'lock.acquired' | 'lock.refused'>): void {
    const waiterId = event.waiterId ?? '';
    const pending = this.#pending.get(waiterId);
    if (!pending) {
      const abandoned = this.#abandoned.get(waiterId);
      if (!abandoned) this.#early.set(waiterId, event);
      else if (event.type === 'lock.acquired') this.giveBack(event, abandoned.origin);
      this.#abandoned.delete(waiterId);
      return;
    }
    this.#pending.delete(waiterId);
    pending.stop();
    if (event.type === 'lock.refused') return pending.reject(this.#refusal(event, pending));
    const { lockId, seq: fence, expiresAt, waitedMs } = event;
    pending.resolve({ lockId, fence, expiresAt, waitedMs });
  }

  #abort(waiterId: string): void {
    const pending = this.#pending.get(waiterId);
    if (!pending) return;
    const { command, origin } = pending;
    this.#pending.delete(waiterId);
    pending.stop();
    pending.reject(cancelled(command.path));
    // Should it be granted all the same, nobody is there to use or release it: see #end.
    this.#abandoned.set(waiterId, pending);
    this.#try({ waiterId }, () => {
      const { workspace, path } = command;
      this.#hub.commit(leaveQueue, { workspace, path, waiterId, code: 'cancelled' }, origin);
    });
  }

  /** What cannot be done now, because the disk refuses writes or the key is gone, the lease's end does. */
  #try(what: object, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#hub.logger?.warn({ err: error, ...what }, 'What a cancelled call has or waits for stays until it runs out');
    }
  }

  #refusal(event: EventOf<'lock.refused'>, { command, ahead }: Pending): HubError {
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

/** What a call is told that was cancelled before it was answered, whether it waited still or had the lock. */
export function cancelled(path: string): HubError {
  return new HubError(
    'cancelled',
    `The call for the lock on ${path} was cancelled; its place in the queue, or the lock, is given up.`,
  );
}
