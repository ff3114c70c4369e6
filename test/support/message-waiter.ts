/** Whoever waits for something looks again after each change, until it is there. */
export class MessageWaiter {
  readonly #looks = new Set<() => void>();

  /** Something changed. */
  changed(): void {
    for (const look of this.#looks) look();
  }

  /** Resolves with the first thing that `find` gives, now or after a change. */
  until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        this.#looks.delete(look);
        resolve(found);
      };
      this.#looks.add(look);
      look();
    });
  }
}
