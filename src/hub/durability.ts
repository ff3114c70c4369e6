/** Who waits for which seq to be on disk. All that wait for the same seq share a promise. */
export class Durability {
  #seq: number;
  /** In order of `seq`. */
  #waiting: Wait[] = [];

  constructor(seq: number) {
    this.#seq = seq;
  }

  /** Resolves when `seq` is on disk; `seq` is at most that of the last event applied. */
  wait(seq: number): Promise<void> {
    if (seq <= this.#seq) return SETTLED;
    const last = this.#waiting.at(-1);
    if (last?.seq === seq) return last.promise;
    const known = this.#waiting.findLast((wait) => wait.seq <= seq);
    if (known?.seq === seq) return known.promise;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined); // those who await it hear of a failure; nobody has to
    const wait = { seq, promise, resolve, reject };
    if (known === undefined && last !== undefined) this.#waiting.unshift(wait);
    else this.#waiting.splice(known ? this.#waiting.lastIndexOf(known) + 1 : 0, 0, wait);
    return promise;
  }

  reached(seq: number): void {
    this.#seq = seq;
    let done = 0;
    while ((this.#waiting[done]?.seq ?? Infinity) <= seq) this.#waiting[done++]?.resolve();
    if (done > 0) this.#waiting = this.#waiting.slice(done);
  }

  /** Nothing after the seq reached will get there: the log goes on from it. */
  failed(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wait of waiting) wait.reject(error);
  }
}

interface Wait {
  readonly seq: number;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const SETTLED = Promise.resolve();
