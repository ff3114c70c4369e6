/** Calls that go on in one turn of the loop. */
const PER_TURN = 32;

/**
 * Lets calls that waited for the same thing go on a few at a time: thousands of agents may wait for one event, and
 * other requests are answered in between.
 */
export class PacedWakeups {
  readonly #waiting: (() => void)[] = [];
  readonly #perTurn: number;
  #left: number;
  #isScheduled = false;

  constructor(perTurn = PER_TURN) {
    this.#perTurn = perTurn;
    this.#left = perTurn;
  }

  /** Resolves at once for the first few of a turn, for the others in a later one, in order. */
  turn(): Promise<void> {
    this.#schedule();
    if (this.#left > 0) {
      this.#left -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const next = this.#waiting.splice(0, this.#perTurn);
      this.#left = this.#perTurn - next.length;
      if (next.length > 0) this.#schedule();
      for (const resume of next) resume();
    });
  }
}
