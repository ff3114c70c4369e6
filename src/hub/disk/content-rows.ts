/** A content that is in the log, in the transaction of the event that refers to it, until it has a file. */
export interface ContentRow {
  /** Seq of that event. */
  readonly seq: number;
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The log's contents, as who makes files of them sees them. */
export interface ContentRows {
  /** Those that an earlier process left, once. Nobody has compared them with their hashes yet. */
  takeLeft(): readonly ContentRow[];
  /** Removes rows by the seqs of their events, some time later. Their contents have files, or are not wanted. */
  drop(seqs: readonly number[]): void;
}

/** What the log knows of contents. */
export interface ContentsInLog {
  /** Whether a kept version has this content. */
  refersTo(sha256: string): boolean;
  /** Whether a purged version had it. */
  onceReferredTo(sha256: string): boolean;
}
