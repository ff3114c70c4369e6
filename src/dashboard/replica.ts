import type { ActivitySeen, AgentActivity } from '../protocol/activity.ts';
import type { OpenAnswer } from '../protocol/open-answer.ts';
import { collections, type Collection } from '../protocol/collections.ts';
import { factsOf, type HubEvent } from '../protocol/events.ts';
import { fromSnapshot } from '../protocol/snapshot.ts';
import { applyEvent } from '../protocol/apply-event.ts';
import { emptyState, type HubState } from '../protocol/state.ts';

/** What a replica went through since it was last asked. */
export interface ReplicaChange {
  /** Everything is new: a snapshot took the place of the state. */
  readonly isReset: boolean;
  /** Applied, in order. After a reset: the hub's recent events, which the snapshot contains, then those after it. */
  readonly events: readonly HubEvent[];
  /** The maps that may differ. */
  readonly collections: ReadonlySet<Collection>;
  /** After a reset: what the agents did before, as the hub has seen it. */
  readonly activity?: (ActivitySeen & { readonly agents: readonly AgentActivity[] }) | undefined;
}

/**
 * The hub's state, kept here by the same reducer. Pushes wait in a queue until {@link take}, so
 * that a flood costs one pass a frame; those that come before `open` has answered wait for it.
 * What a push and the answer both have is applied once.
 */
export class Replica {
  #state: HubState = emptyState();
  #logId: string | undefined;
  #isOpen = false;
  /** Follow the state without a gap. */
  #ready: HubEvent[] = [];
  /** Pushed before the answer. */
  #early: HubEvent[] = [];
  #recent: readonly HubEvent[] = [];
  #activity: ReplicaChange['activity'];
  #isReset = false;

  get state(): HubState {
    return this.#state;
  }

  /** What to hand to `open`: undefined before the first answer. */
  get resumePoint(): { readonly logId: string; readonly seq: number } | undefined {
    return this.#logId === undefined ? undefined : { logId: this.#logId, seq: this.#end };
  }

  get #end(): number {
    return this.#ready.at(-1)?.seq ?? this.#state.seq;
  }

  /** The channel is gone. What was pushed stays; the next answer continues it. */
  disconnected(): void {
    this.#isOpen = false;
    this.#early = [];
  }

  /** Takes the answer of `open`. Throws if it does not continue what is here. */
  opened(answer: OpenAnswer): void {
    switch (answer.kind) {
      case 'snapshot':
        this.#state = fromSnapshot(answer.state);
        this.#logId = answer.hub.logId;
        this.#ready = [];
        this.#recent = answer.recent;
        this.#activity = answer.activity;
        this.#isReset = true;
        this.#extend(answer.events ?? []);
        break;
      case 'events':
        if (answer.hub.logId !== this.#logId) throw new Error('The hub continued a log that is not the one asked for');
        this.#extend(answer.events);
        break;
      default:
        answer satisfies never;
    }
    const early = this.#early;
    this.#early = [];
    this.#isOpen = true;
    this.#extend(early);
  }

  /** Takes a push. Throws when an event is missing before it: reconnecting fetches it. */
  pushed(events: readonly HubEvent[]): void {
    if (this.#isOpen) this.#extend(events);
    else this.#early.push(...events);
  }

  /** Applies what waits and says what changed; undefined if nothing did. */
  take(): ReplicaChange | undefined {
    if (this.#ready.length === 0 && !this.#isReset) return undefined;
    const changed = new Set<Collection>(this.#isReset ? collections : []);
    for (const event of this.#ready) {
      applyEvent(this.#state, event);
      for (const collection of factsOf(event.type).state) changed.add(collection);
    }
    const events = [...this.#recent, ...this.#ready];
    const change = { isReset: this.#isReset, events, collections: changed, activity: this.#activity };
    this.#ready = [];
    this.#recent = [];
    this.#activity = undefined;
    this.#isReset = false;
    return change;
  }

  #extend(events: readonly HubEvent[]): void {
    for (const event of events) {
      if (event.seq <= this.#end) continue;
      if (event.seq !== this.#end + 1) throw new Error(`Event ${event.seq} came after ${this.#end}: some are missing`);
      this.#ready.push(event);
    }
  }
}
