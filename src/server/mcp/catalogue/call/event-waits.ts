import type { Hub, EncodedEvent } from '../../../../hub/hub.ts';
import { isNotified, type NotifiedEvent } from '../../../../protocol/notified-events.ts';

/** Ms for which waiting calls are shown an event before other work has its turn. */
const SLICE_MS = 4;
/** Waiting calls that are shown an event between two looks at the clock. */
const AT_ONCE = 64;

/** A call that waits. */
export interface EventWaiter {
  /** Events of its workspace that are on disk: all since it began to wait, in order. */
  hear(events: readonly NotifiedEvent[]): void;
}

/** Batches that are shown bit by bit at once; when there are more, their makers wait. */
const MOST_ROUNDS = 16;

/** Events of one batch and workspace, and the waiting calls that have not seen them yet. */
interface Round {
  readonly workspace: string;
  readonly events: readonly NotifiedEvent[];
  readonly waiters: readonly EventWaiter[];
  next: number;
}

/**
 * Calls that wait for events of a workspace. Thousands may: one listener hears for all of them, and they are shown what
 * it heard some ms at a time.
 */
export class EventWaits {
  readonly #waiting = new Map<string, Set<EventWaiter>>();
  readonly #rounds: Round[] = [];
  #isScheduled = false;
  #seq: number;

  /** Listens for as long as the hub is open. */
  constructor(hub: Pick<Hub, 'state' | 'subscribe'>) {
    this.#seq = hub.state.seq;
    hub.subscribe((batch) => this.#onEvents(batch));
  }

  /** Shows a call all events of a workspace from now on, until the returned function is called. */
  add(workspace: string, waiter: EventWaiter): () => void {
    const waiting = this.#waiting.get(workspace) ?? new Set();
    this.#waiting.set(workspace, waiting.add(waiter));
    return () => {
      waiting.delete(waiter);
      if (waiting.size === 0 && this.#waiting.get(workspace) === waiting) this.#waiting.delete(workspace);
    };
  }

  /** Seq up to which all calls that wait in a workspace were shown its events. */
  shownSeq(workspace: string): number {
    const round = this.#rounds.find((one) => one.workspace === workspace);
    return round ? (round.events[0]?.seq ?? 1) - 1 : this.#seq;
  }

  #onEvents(batch: readonly EncodedEvent[]): void {
    this.#seq = batch.at(-1)?.event.seq ?? this.#seq;
    if (this.#waiting.size === 0) return;
    const byWorkspace = new Map<string, NotifiedEvent[]>();
    for (const { event } of batch) {
      if (!isNotified(event) || !this.#waiting.has(event.workspace)) continue;
      const events = byWorkspace.get(event.workspace);
      if (events) events.push(event);
      else byWorkspace.set(event.workspace, [event]);
    }
    for (const [workspace, events] of byWorkspace) {
      this.#rounds.push({ workspace, events, waiters: [...(this.#waiting.get(workspace) ?? [])], next: 0 });
    }
    if (this.#rounds.length > MOST_ROUNDS) this.#show(Infinity);
    else if (!this.#isScheduled) this.#show();
  }

  #show(ms = SLICE_MS): void {
    const until = performance.now() + ms;
    for (let [round] = this.#rounds; round; [round] = this.#rounds) {
      const waiting = this.#waiting.get(round.workspace);
      while (round.next < round.waiters.length) {
        const waiter = round.waiters[round.next++];
        if (waiter && waiting?.has(waiter)) waiter.hear(round.events);
        if (round.next % AT_ONCE !== 0 || performance.now() < until) continue;
        this.#schedule();
        return;
      }
      this.#rounds.shift();
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#show();
    });
  }
}
