import { HubError } from '../protocol/errors.ts';

/** Between two tries to reach a hub that is away, in ms: at first, and at most. */
const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 5_000;
/** The same after a refusal, which only a person lifts. */
const REFUSED_WAIT_MS = 15_000;

/** How long to wait before the hub is tried again. */
export class Backoff {
  #next = FIRST_WAIT_MS;
  #wake: (() => void) | undefined;

  /** It was reached: those that wait go on at once, and the next wait is short. */
  reached(): void {
    this.#next = FIRST_WAIT_MS;
    this.#wake?.();
  }

  /** Resolves after the wait, or when it was reached otherwise or `signal` is aborted. */
  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    const isRefused = error instanceof HubError && error.code !== 'hub_away';
    const ms = isRefused ? REFUSED_WAIT_MS : this.#next;
    this.#next = Math.min(this.#next * 2, MOST_WAIT_MS);
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
      signal.addEventListener('abort', done);
    });
  }
}
