import assert from 'node:assert/strict';
import type { EncodedEvent } from '../../src/hub/hub.ts';
import type { EventType, HubEvent } from '../../src/protocol/events.ts';
import { fromSnapshot, type StateSnapshot } from '../../src/protocol/snapshot.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import type { HubState } from '../../src/protocol/state.ts';
import type { TestHub } from './open-hub.ts';

/** A dashboard's copy: made from JSON, fed by JSON, at times without a connection. */
export class Replica {
  state: HubState | undefined;
  #stop: (() => void) | undefined;

  async attach({ hub }: TestHub): Promise<void> {
    this.detach();
    const attached = hub.attach(this.state && { logId: hub.logId, seq: this.state.seq });
    const stop = (): void => void attached.detach();
    this.#stop = stop;
    const first = JSON.parse(JSON.stringify(await attached.answer)) as {
      kind: string;
      state?: StateSnapshot;
      events?: HubEvent[];
    };
    if (this.#stop !== stop) return; // detached meanwhile
    if (first.state) this.state = fromSnapshot(first.state);
    this.#apply(first.events ?? []);
    this.#applyBatch(attached.detach());
    this.#stop = hub.subscribe((batch) => this.#applyBatch(batch));
  }

  detach(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #applyBatch(batch: readonly EncodedEvent[]): void {
    this.#apply(batch.map(({ json }) => JSON.parse(json) as HubEvent));
  }

  #apply(events: readonly HubEvent[]): void {
    if (!this.state) throw new Error('Events before the state');
    for (const event of events) applyEvent(this.state, event);
  }
}

/** Watches what subscribers get: seq without gaps, one holder a path, fences that grow. */
export class EventChecker {
  seq: number;
  at = 0;
  readonly types = new Set<EventType>();
  /** The hub tells the others when one throws; so what is wrong is kept for the end. */
  readonly problems: unknown[] = [];
  readonly #holders = new Map<string, string>();
  readonly #fences = new Map<string, number>();

  constructor(seq: number) {
    this.seq = seq;
  }

  readonly see = (batch: readonly EncodedEvent[]): void => {
    try {
      this.#check(batch);
    } catch (error) {
      this.problems.push(error);
    }
  };

  #check(batch: readonly EncodedEvent[]): void {
    for (const { event } of batch) {
      assert.equal(event.seq, ++this.seq);
      assert.ok(event.at >= this.at);
      this.at = event.at;
      this.types.add(event.type);
      if (event.type === 'lock.acquired') {
        const key = placeKey(event.workspace, event.path);
        assert.equal(this.#holders.get(key), undefined);
        assert.ok(event.seq > (this.#fences.get(key) ?? 0));
        this.#holders.set(key, event.lockId);
        this.#fences.set(key, event.seq);
      }
      if (event.type === 'lock.released') {
        const key = placeKey(event.workspace, event.path);
        assert.equal(this.#holders.get(key), event.lockId);
        this.#holders.delete(key);
      }
    }
  }
}
