/** The hub pulses every second: after this long without a word it is silent. */
const QUIET_MS = 3_500;
/** After this long the connection is given up. */
const GONE_MS = 16_000;
/** How often the silence is measured. */
const LISTEN_MS = 1_000;

export interface SilenceOptions {
  readonly now: () => number;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
  /** Nothing was heard for longer than ever happens. `since`: when something was, ms. */
  readonly onQuiet: (since: number) => void;
  /** Something was heard again. */
  readonly onHeard: () => void;
  readonly onGone: () => void;
}

/** Notices that a connection is silent: a half-open socket says nothing for ever, and a stopped hub neither. */
export class SilenceWatch {
  readonly #options: SilenceOptions;
  #heardAt: number;
  #isQuiet = false;
  #timer: unknown;

  constructor(options: SilenceOptions) {
    this.#options = options;
    this.#heardAt = options.now();
    this.#arm();
  }

  /** Something was heard. */
  heard(): void {
    this.#heardAt = this.#options.now();
    if (!this.#isQuiet) return;
    this.#isQuiet = false;
    this.#options.onHeard();
  }

  stop(): void {
    this.#options.clearTimeout(this.#timer);
  }

  #arm(): void {
    const due = this.#options.now() + LISTEN_MS;
    this.#timer = this.#options.setTimeout(() => this.#measure(due), LISTEN_MS);
  }

  #measure(due: number): void {
    const now = this.#options.now();
    const silentMs = now - this.#heardAt;
    // A page that was busy or asleep has not read yet what came meanwhile: it looks again.
    const wasAway = now - due > LISTEN_MS;
    if (!wasAway && silentMs >= GONE_MS) return this.#options.onGone();
    if (!wasAway && silentMs >= QUIET_MS && !this.#isQuiet) {
      this.#isQuiet = true;
      this.#options.onQuiet(this.#heardAt);
    }
    return this.#arm();
  }
}
