import type { HubError } from '../../protocol/errors.ts';

/** The log, as far as who waits for it looks at it. */
interface AwaitedLog {
  /** Seq of the last event sent to the disk; later ones are sent in one piece. */
  readonly handedOver: number;
  /** Somebody waits for what was not sent yet. */
  hurry(): void;
}

/** Promises for seqs to be on disk. Events not yet sent to the disk will go there in one piece and share a promise. */
export class Durability {
  #seq: number;
  /** In order of `seq`. */
  #waiting: DiskWait[] = [];
  /** Where the log ended at each failure: events with a greater seq before it were lost. */
  readonly #breaks: { readonly seq: number; readonly error: HubError }[] = [];

  readonly #log: AwaitedLog;

  constructor(seq: number, log: AwaitedLog) {
    this.#seq = seq;
    this.#log = log;
  }

  /** Grows with each failure. A seq identifies an event only together with it, because lost seqs are used again. */
  get generation(): number {
    return this.#breaks.length;
  }

  /**
   * Resolves when `seq` is on disk; rejects if it was lost in a failure after `generation` (by default:
   * none). `seq` must have been applied in that generation.
   */
  wait(seq: number, generation: number = this.generation): Promise<void> {
    const lost = this.#breaks.slice(generation).find((end) => end.seq < seq);
    if (lost) return rejected(lost.error);
    if (seq <= this.#seq) return Promise.resolve();
    const last = this.#waiting.at(-1);
    const from = this.#log.handedOver;
    if (seq > from) this.#log.hurry();
    if (last && last.seq > from && seq > from) {
      if (seq > last.seq) last.seq = seq;
      return last.promise;
    }
    const known = this.#waiting.find((wait) => wait.seq >= seq);
    if (known?.seq === seq) return known.promise;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined); // callers that await it get the error; nobody has to await it
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

interface DiskWait {
  /** Seq of the last event that is waited for. */
  seq: number;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function rejected(reason: HubError): Promise<void> {
  const promise = new Promise<void>((_resolve, reject) => reject(reason));
  promise.catch(() => undefined);
  return promise;
}
