/** A flag for work to do; a sleeper never misses it. */
export class Wake {
  #raised = false;
  #sleeper: (() => void) | undefined;

  raise(): void {
    this.#raised = true;
    this.#sleeper?.();
  }

  /** Resolves when it is raised (at once if it was since the last time), and lowers it. */
  async wait(): Promise<void> {
    if (!this.#raised) {
      await new Promise<void>((resolve) => (this.#sleeper = resolve));
      this.#sleeper = undefined;
    }
    this.#raised = false;
  }
}
