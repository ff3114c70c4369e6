import type { HubEvent } from '../../protocol/events.ts';
import { takeSnapshot, type StateSnapshot } from '../../protocol/snapshot.ts';
import type { HubState } from '../../protocol/state.ts';
import type { Told } from '../log/event-log.ts';

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
  /**
   * Ends the attachment; returns the events written since those of the answer. A replica that applies
   * the answer, then these, and subscribes in the same turn, has every event once.
   */
  readonly detach: () => readonly Told[];
}

/** What attaching needs of a hub. */
export interface AttachSource {
  readonly logId: string;
  readonly state: HubState;
  durable(seq: number): Promise<void>;
  subscribe(listener: (batch: readonly Told[]) => void): () => void;
  read(afterSeq: number, limit: number): readonly HubEvent[];
}

/** Takes the state (or the missed events) and subscribes in one turn, so that there is no gap. */
export function attachTo(source: AttachSource, since: ReplicaPlace | undefined): Attached {
  const cut = source.state.seq;
  const missed = since?.logId === source.logId ? cut - since.seq : -1;
  const snapshot = missed < 0 || missed > MAX_CATCH_UP ? takeSnapshot(source.state) : undefined;
  const held: Told[] = [];
  const unsubscribe = source.subscribe((batch) => {
    for (const told of batch) if (told.event.seq > cut) held.push(told);
  });
  const detach = (): readonly Told[] => {
    unsubscribe();
    return held;
  };
  const answer = source
    .durable(cut)
    .then((): AttachAnswer =>
      snapshot ? { kind: 'snapshot', state: snapshot } : { kind: 'events', events: source.read(cut - missed, missed) },
    );
  answer.catch(detach);
  return { answer, detach };
}

/** With more missed events than this, a snapshot is smaller and applied sooner. */
const MAX_CATCH_UP = 5000;
