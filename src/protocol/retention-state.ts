/** Where the log begins: what was before is removed. */
export interface LogCut {
  /** Of the last event that was removed: all up to it were. */
  readonly seq: number;
  /** Of that event; the hash of the first one that is kept is built on it. */
  readonly hash: string;
  /** SHA-256 of the file that has what those events made. */
  readonly base: string;
  /** When the last of them happened, as the log has it, in ms. */
  readonly to: number;
  /** When they were removed, in ms. */
  readonly at: number;
}

/** How long the log is kept. */
export interface RetentionState {
  /** In ms; absent: for ever. */
  readonly keepMs?: number;
  /** Absent while the log has all of its events. */
  readonly cut?: LogCut;
}
