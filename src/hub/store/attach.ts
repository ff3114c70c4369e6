import type { HubEvent } from '../../protocol/events.ts';
import { takeSnapshot, type StateSnapshot } from '../../protocol/snapshot.ts';
import type { HubState } from '../../protocol/state.ts';
import type { Told } from '../log/event-log.ts';

/** How a replica begins: with a state, or with the events that it missed. */
export type AttachAnswer =
  | { readonly kind: 'snapshot'; readonly state: StateSnapshot }
  | { readonly kind: 'events'; readonly events: readonly HubEvent[] };

export interface Attached {
  readonly answer: Promise<AttachAnswer>;
  readonly stop: () => void;
}

/** What attaching needs of a hub. */
export interface AttachSource {
  readonly state: HubState;
  durable(seq: number): Promise<void>;
  subscribe(listener: (batch: readonly Told[]) => void): () => void;
  read(afterSeq: number, limit: number): readonly HubEvent[];
}

/**
 * Takes the state (or the missed events) and subscribes in one turn, so that there is no gap. Batches that
 * come before the answer was taken are held back.
 */
export function attachTo(
  source: AttachSource,
  sinceSeq: number | undefined,
  listener: (batch: readonly Told[]) => void,
): Attached {
  const cut = source.state.seq;
  const missed = sinceSeq === undefined ? -1 : cut - sinceSeq;
  const snapshot = missed < 0 || missed > MAX_CATCH_UP ? takeSnapshot(source.state) : undefined;
  let held: Told[] | undefined = [];
  const unsubscribe = source.subscribe((batch) => {
    const first = batch[0]?.event.seq ?? 0;
    const later = first > cut ? batch : batch.slice(cut + 1 - first);
    if (later.length === 0) return;
    if (held) held.push(...later);
    else listener(later);
  });
  let stopped = false;
  const release = (): void => {
    const waiting = held ?? [];
    held = undefined;
    if (!stopped && waiting.length > 0) listener(waiting);
  };
  const stop = (): void => {
    stopped = true;
    unsubscribe();
  };
  const answer = source.durable(cut).then((): AttachAnswer => {
    setImmediate(release);
    return snapshot
      ? { kind: 'snapshot', state: snapshot }
      : { kind: 'events', events: source.read(cut - missed, missed) };
  });
  answer.catch(stop);
  return { answer, stop };
}

const MAX_CATCH_UP = 5000;
