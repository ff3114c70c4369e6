import { DeadlineHeap } from './deadline-heap.ts';
import { PlaceMap } from './place-map.ts';

/** What the indexes are made of. */
interface IndexedLock {
  readonly workspace: string;
  readonly path: string;
  readonly keyId: string;
  readonly expiresAt: number;
  readonly waiters: readonly { readonly keyId: string; readonly waitUntil: number }[];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The held locks by `placeKey`, and indexes of them, so that no question that a decision asks about them costs more
 * the more of them there are.
 */
export class LockMap<Lock extends IndexedLock> extends PlaceMap<Lock> {
  readonly #held = new Map<string, Set<string>>();
  readonly #awaited = new Map<string, Set<string>>();
  /** How many places in queues each key has. */
  readonly #waits = new Map<string, number>();
  readonly #inWorkspace = new Map<string, Set<string>>();
  readonly #deadlines = new DeadlineHeap();

  override set(place: string, lock: Lock): this {
    const was = this.get(place);
    super.set(place, lock);
    if (was && was.keyId !== lock.keyId) remove(this.#held, was.keyId, place);
    add(this.#held, lock.keyId, place);
    add(this.#inWorkspace, lock.workspace, place);
    this.#await(place, was?.waiters ?? [], lock.waiters);
    let deadline = lock.expiresAt;
    for (const { waitUntil } of lock.waiters) if (waitUntil < deadline) deadline = waitUntil;
    this.#deadlines.set(place, deadline);
    return this;
  }

  override delete(place: string): boolean {
    const was = this.get(place);
    if (!was) return false;
    remove(this.#held, was.keyId, place);
    remove(this.#inWorkspace, was.workspace, place);
    this.#await(place, was.waiters, []);
    this.#deadlines.delete(place);
    return super.delete(place);
  }

  override clear(): void {
    super.clear();
    for (const index of [this.#held, this.#awaited, this.#waits, this.#inWorkspace]) index.clear();
    this.#deadlines.clear();
  }

  /** The places that a key holds. */
  heldBy(keyId: string): ReadonlySet<string> {
    return this.#held.get(keyId) ?? NONE;
  }

  /** The places for which a key waits. */
  awaitedBy(keyId: string): ReadonlySet<string> {
    return this.#awaited.get(keyId) ?? NONE;
  }

  /** How many places in queues a key has: each of its agents may have one in the same queue. */
  waitsOf(keyId: string): number {
    return this.#waits.get(keyId) ?? 0;
  }

  /** How many locks are held in a workspace. */
  countIn(workspace: string): number {
    return this.#inWorkspace.get(workspace)?.size ?? 0;
  }

  /** The locks of a workspace. */
  *in(workspace: string): Generator<Lock> {
    yield* this.#at(this.#inWorkspace.get(workspace) ?? NONE);
  }

  /** The locks that a key holds, and those that it waits for. A copy: they may change meanwhile. */
  of(keyId: string): readonly Lock[] {
    return [...this.#at(new Set([...this.awaitedBy(keyId), ...this.heldBy(keyId)]))];
  }

  /** When the next lease or wait ends, ms since the epoch; undefined if there is none. */
  nextDeadline(): number | undefined {
    return this.#deadlines.next();
  }

  /** The locks of which a lease or a wait has ended, soonest first. */
  due(now: number): readonly Lock[] {
    return [...this.#at(this.#deadlines.due(now))];
  }

  *#at(places: Iterable<string>): Generator<Lock> {
    for (const place of places) {
      const lock = this.get(place);
      if (lock) yield lock;
    }
  }

  /** Only who joined or left the queue is looked up: each hand-over of a lock takes one out of hundreds. */
  #await(place: string, before: Lock['waiters'], now: Lock['waiters']): void {
    let first = 0;
    while (first < before.length && before[first] === now[first]) first += 1;
    let tail = 0;
    const most = Math.min(before.length, now.length) - first;
    while (tail < most && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
    const left = before.slice(first, before.length - tail);
    const others = left.length > 1 ? new Set(now.map(({ keyId }) => keyId)) : undefined;
    for (const { keyId } of left) {
      this.#count(keyId, -1);
      // A key may wait more than once.
      const stays = others?.has(keyId) ?? now.some((waiter) => waiter.keyId === keyId);
      if (!stays) remove(this.#awaited, keyId, place);
    }
    for (const { keyId } of now.slice(first, now.length - tail)) {
      this.#count(keyId, 1);
      add(this.#awaited, keyId, place);
    }
  }

  #count(keyId: string, by: number): void {
    const waits = this.waitsOf(keyId) + by;
    if (waits === 0) this.#waits.delete(keyId);
    else this.#waits.set(keyId, waits);
  }
}

function add(index: Map<string, Set<string>>, name: string, place: string): void {
  const places = index.get(name);
  if (places) places.add(place);
  else index.set(name, new Set([place]));
}

function remove(index: Map<string, Set<string>>, name: string, place: string): void {
  const places = index.get(name);
  places?.delete(place);
  if (places?.size === 0) index.delete(name);
}
