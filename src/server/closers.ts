/** What a start opens, to be closed the other way round. */
export class Closers {
  readonly #all: (() => Promise<void> | void)[] = [];

  add(...closers: readonly (() => Promise<void> | void)[]): void {
    this.#all.push(...closers);
  }

  /** Closes all, whatever fails meanwhile, and then throws the first failure. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#all.toReversed()) {
      try {
        await close();
      } catch (error) {
        failures.push(error); // the log and the data directory must be given back all the same
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
