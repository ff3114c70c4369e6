import type { HubEvent } from '../../protocol/events.ts';
import type { HubState } from '../../protocol/state.ts';

/** An event with its canonical JSON: serialised once, the same text for the log and each stream. */
export interface Told {
  readonly event: HubEvent;
  readonly json: string;
}

/** What became of the log's storage; after `failed` the log ends at `seq` and takes nothing until `ok`. */
export type StorageNews =
  | { readonly status: 'ok' }
  | { readonly status: 'failed'; readonly seq: number; readonly message: string };

/**
 * The one log. There is one appender at a time, which numbers its events itself: `seq` continues
 * without a gap from the event before.
 */
export interface EventLog {
  /** Random, made with the log: events of another log do not continue this one. */
  readonly logId: string;
  /** Seq of the last event that is on disk; 0 for an empty log. */
  readonly seq: number;
  /**
   * Takes a commit: all of it will be in the log or nothing of it. Returns at once; subscribers
   * are told when it is on disk. Throws `conflict` when it does not continue the last commit, and
   * `storage_failed` while the disk refuses writes.
   */
  append(commit: readonly Told[]): void;
  /** Events on disk with a seq greater than `afterSeq`, in order, at most `limit`. */
  read(afterSeq: number, limit: number): readonly HubEvent[];
  /**
   * Calls `listener` with each batch of events that is on disk, from the one after `afterSeq` on:
   * in order, none twice, none missing. What is there already is told before this returns.
   */
  subscribe(afterSeq: number, listener: (batch: readonly Told[]) => void): () => void;
  /** The state at the end of what is on disk. */
  loadState(): HubState;
  /** Takes nothing more until {@link retry}: writes what was appended, and then tells of a failure. */
  halt(reason: string): void;
  /** Asks whether the disk takes writes again; {@link onStorage} says when it does. */
  retry(): void;
  onStorage(listener: (news: StorageNews) => void): () => void;
  /** Writes what was appended and closes. */
  close(): Promise<void>;
}
