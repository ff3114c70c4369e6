import type { HubError } from '../../protocol/errors.ts';
import type { HubEvent } from '../../protocol/events.ts';
import type { ContentRow } from '../disk/content-rows.ts';
import type { HubState } from '../../protocol/state.ts';

/** An event with its canonical JSON: serialised once, the same text for the log and each stream. */
export interface EncodedEvent {
  readonly event: HubEvent;
  readonly json: string;
}

/**
 * A change of the log's storage. After `failed` the log ends at `seq` and takes no events until `ok`. With `damage`,
 * which says what to do, it takes none until the next start.
 */
export type StorageNews =
  | { readonly status: 'ok' }
  | {
      readonly status: 'failed';
      readonly seq: number;
      readonly message: string;
      readonly damage?: HubError | undefined;
    };

/** `soon`: no caller waits for it, so it may be held back some ms and written together with others. */
export type Urgency = 'now' | 'soon';

/** The one log. It has one appender at a time, which numbers its events itself, without gaps. */
export interface EventLog {
  /** Random, made with the log: events of another log do not continue this one. */
  readonly logId: string;
  /** Seq of the last event that is on disk; 0 for an empty log. */
  readonly seq: number;
  /**
   * Takes a commit: it is in the log as a whole or not at all. Returns at once; subscribers are called when
   * it is on disk. Throws `conflict` when it does not continue the last commit, and `storage_failed` while
   * the disk refuses writes. `content` is written in the same transaction, by the seq of the last event.
   */
  append(commit: readonly EncodedEvent[], content?: Omit<ContentRow, 'seq'>, urgency?: Urgency): void;
  /** Somebody waits for what was appended. */
  hurry(): void;
  /** Events on disk with a seq greater than `afterSeq`, in order, at most `limit`. */
  read(afterSeq: number, limit: number): readonly HubEvent[];
  /**
   * Calls `listener` with each batch of events on disk after `afterSeq`: in order, none twice, none missing.
   * Those on disk already come before this returns.
   */
  subscribe(afterSeq: number, listener: (batch: readonly EncodedEvent[]) => void): () => void;
  /** The state at the end of what is on disk. */
  loadState(): HubState;
  /** Takes no events until {@link retry}: writes what was appended, and then reports a failure. */
  halt(reason: string): void;
  /** Tries whether the disk takes writes again; {@link onStorage} reports when it does. */
  retry(): void;
  onStorage(listener: (news: StorageNews) => void): () => void;
  /** Writes what was appended and closes. */
  close(): Promise<void>;
}
