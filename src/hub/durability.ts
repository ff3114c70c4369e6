import type { HubError } from '../protocol/errors.ts';

/** Who waits for which seq to be on disk. All that wait for the same seq share a promise. */
export class Durability {
  #seq: number;
  /** In order of `seq`. */
  #waiting: Wait[] = [];
  /** Where the log ended at each failure: what had a greater seq before it has not happened. */
  readonly #breaks: { readonly seq: number; readonly error: HubError }[] = [];

  constructor(seq: number) {
    this.#seq = seq;
  }

  /** Grows with each failure. A seq means an event only together with it: lost ones are given again. */
  get generation(): number {
    return this.#breaks.length;
  }

  /**
   * Resolves when `seq` is on disk; rejects when it was lost in a failure after `generation` (by
   * default: none). `seq` is at most that of the last event applied in that generation.
   */
  wait(seq: number, generation: number = this.generation): Promise<void> {
    const lost = this.#breaks.slice(generation).find((end) => end.seq < seq);
    if (lost) return rejected(lost.error);
    if (seq <= this.#seq) return Promise.resolve();
    const last = this.#waiting.at(-1);
    if (last && last.seq >= seq) {
      const known = this.#waiting.find((wait) => wait.seq >= seq);
      if (known?.seq === seq) return known.promise;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined); // those who await it hear of a failure; nobody has to
    const at = this.#waiting.findLastIndex((wait) => wait.seq < seq) + 1;
    this.#waiting.splice(at, 0, { seq, promise, resolve, reject });
    return promise;
  }

  reached(seq: number): void {
    this.#seq = seq;
    let done = 0;
    while ((this.#waiting[done]?.seq ?? Infinity) <= seq) this.#waiting[done++]?.resolve();
    if (done > 0) this.#waiting = this.#waiting.slice(done);
  }

  /** The log ends at `seq`, and goes on from there. */
  failed(seq: number, error: HubError): void {
    this.#breaks.push({ seq, error });
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

function rejected(reason: HubError): Promise<void> {
  const promise = new Promise<void>((_resolve, reject) => reject(reason));
  promise.catch(() => undefined);
  return promise;
}
