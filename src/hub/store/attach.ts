import type { HubEvent } from '../../protocol/events.ts';
import { takeSnapshot, type StateSnapshot } from '../../protocol/snapshot.ts';
import type { HubState } from '../../protocol/state.ts';
import type { EncodedEvent } from '../log/event-log.ts';

/** How a replica begins: with a state, or with the events that it missed. */
export type AttachAnswer =
  | { readonly kind: 'snapshot'; readonly state: StateSnapshot }
  | { readonly kind: 'events'; readonly events: readonly HubEvent[] };

/** Where a replica is: the log that it follows, and the last event that it has. */
export interface ReplicaPlace {
  readonly logId: string;
  readonly seq: number;
}

export interface Attached {
  /** What the replica begins with, once it is on disk. */
  readonly answer: Promise<AttachAnswer>;
  /** The events written since those of the answer, or since the last time; the attachment goes on. */
  readonly take: () => readonly EncodedEvent[];
  /**
   * Ends the attachment; returns the events written since those of the answer that were not taken. A replica that applies
   * the answer, then these, and subscribes in the same turn, has every event once.
   */
  readonly detach: () => readonly EncodedEvent[];
}

/** What attaching needs of a hub. */
export interface AttachSource {
  readonly logId: string;
  readonly state: HubState;
  durable(seq: number): Promise<void>;
  subscribe(listener: (batch: readonly EncodedEvent[]) => void): () => void;
}

/** Reads events that are on disk, brief. */
export type ReadEvents = (afterSeq: number, limit: number) => readonly HubEvent[];

/**
 * Takes the state (or the missed events) and subscribes in one turn, so that there is no gap. If too much is held because
 * nobody takes it, the attachment ends, and `onOverflow` is called.
 */
export function attachTo(
  source: AttachSource,
  read: ReadEvents,
  since: ReplicaPlace | undefined,
  onOverflow: () => void = () => undefined,
): Attached {
  const cut = source.state.seq;
  const missed = since?.logId === source.logId ? cut - since.seq : -1;
  const isThere = missed >= 0 && cut - missed >= (source.state.retention.cut?.seq ?? 0);
  const snapshot = !isThere || missed > MAX_CATCH_UP ? takeSnapshot(source.state) : undefined;
  let held: EncodedEvent[] = [];
  let heldCharacters = 0;
  const unsubscribe = source.subscribe((batch) => {
    for (const encoded of batch) {
      if (encoded.event.seq <= cut) continue;
      held.push(encoded);
      heldCharacters += encoded.json.length;
    }
    if (heldCharacters <= MOST_HELD_CHARACTERS) return;
    detach();
    take();
    onOverflow();
  });
  const take = (): readonly EncodedEvent[] => {
    const taken = held;
    held = [];
    heldCharacters = 0;
    return taken;
  };
  const detach = (): readonly EncodedEvent[] => {
    unsubscribe();
    return held;
  };
  const answer = source
    .durable(cut)
    .then((): AttachAnswer =>
      snapshot ? { kind: 'snapshot', state: snapshot } : { kind: 'events', events: read(cut - missed, missed) },
    );
  answer.catch(detach);
  return { answer, take, detach };
}

/** With more missed events than this, a snapshot is smaller and applied sooner. */
const MAX_CATCH_UP = 5000;

/** Characters of JSON that are held for a replica which does not take them. */
const MOST_HELD_CHARACTERS = 32 * 1024 * 1024;
