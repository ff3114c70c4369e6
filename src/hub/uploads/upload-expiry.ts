import type { Hub } from '../hub.ts';

/** An upload that is past its time but still receiving is checked again after this. */
const RECHECK_MS = 60_000;
/** Retry while the disk refuses to log the end of an expired upload. */
const MIN_WAIT_MS = 1000;
/** The longest time of a timer. */
const MAX_WAIT_MS = 2 ** 31 - 1;

export interface UploadExpiryOptions {
  readonly hub: Hub;
  /** Whether bytes are arriving or it is being finished; then it does not expire yet. */
  readonly isBusy: (uploadId: string) => boolean;
  readonly expire: (uploadId: string) => void;
}

/** One timer for all open uploads; it expires those whose time is up. */
export class UploadExpiry {
  readonly #options: UploadExpiryOptions;
  #timer: unknown;
  #isClosed = false;

  constructor(options: UploadExpiryOptions) {
    this.#options = options;
  }

  /** To be called when an upload was opened, or the clock was set. */
  changed(): void {
    if (this.#isClosed) return;
    const { hub, isBusy } = this.#options;
    this.#clear();
    const now = hub.now();
    let next = Infinity;
    for (const { id, expiresAt } of hub.state.uploads.values()) {
      next = Math.min(next, isBusy(id) ? Math.max(expiresAt, now + RECHECK_MS) : expiresAt);
    }
    if (next === Infinity) return;
    const waitMs = Math.min(Math.max(MIN_WAIT_MS, next - now), MAX_WAIT_MS);
    this.#timer = hub.timers.setTimeout(() => this.#look(), waitMs);
  }

  close(): void {
    this.#isClosed = true;
    this.#clear();
  }

  #look(): void {
    const { hub, isBusy, expire } = this.#options;
    const now = hub.now();
    const due = [...hub.state.uploads.values()].filter(({ id, expiresAt }) => expiresAt <= now && !isBusy(id));
    for (const { id } of due) expire(id);
    this.changed();
  }

  #clear(): void {
    if (this.#timer !== undefined) this.#options.hub.timers.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
