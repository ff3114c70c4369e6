/** What is recorded, and for how long. Kept with the frames. */
export interface RecorderSettings {
  /** Whether anything is recorded. */
  readonly on: boolean;
  /** Workspaces of which nothing is recorded. */
  readonly offWorkspaces: readonly string[];
  /** How long handshakes and refusals are kept, in ms; calls half as long, pushes a quarter. */
  readonly keepMs: number;
  /** Bytes of all that is kept; past them all are kept shorter. */
  readonly keepBytes: number;
}

export const recorderDefaults: RecorderSettings = {
  on: true,
  offWorkspaces: [],
  keepMs: 7 * 24 * 60 * 60_000,
  keepBytes: 2 * 1024 ** 3,
};

/** What is kept and how much of it is past the limits, by group. Pinned frames are not among them. */
export interface RecorderKept {
  readonly frames: number;
  /** Of the database and of large bodies. */
  readonly bytes: number;
  readonly over: { readonly handshakes: number; readonly calls: number; readonly pushes: number };
}
