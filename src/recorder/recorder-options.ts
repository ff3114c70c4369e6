/** What a recorder needs of the hub. */
export interface RecorderOptions {
  /** Where database and large bodies lie. */
  readonly folder: string;
  readonly launchId: string;
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly timers: {
    setTimeout(run: () => void, ms: number): unknown;
    clearTimeout(handle: unknown): void;
    /** Ms on the clock that never jumps. */
    elapsed(): number;
  };
  readonly logger: { warn(facts: object, message: string): void };
  /** Default 48 MiB. */
  readonly waitingBytes?: number;
}
