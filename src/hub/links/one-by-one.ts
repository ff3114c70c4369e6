/** Does one piece of work at a time, in the order in which they come. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves, or rejects, as `work` does when its turn has come. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined); // its caller gets the error; the next has its turn all the same
    return done;
  }
}
