import { HubError } from '../../protocol/errors.ts';
import type { Timers } from '../timers.ts';

/** What happened to one thing since its last event. */
interface UnloggedCount<Last> {
  count: number;
  last: Last;
  readonly timer: unknown;
}

interface CountedEventsOptions<Last> {
  readonly timers: Pick<Timers, 'setTimeout' | 'clearTimeout'>;
  /** Between two events of one thing, in ms. */
  readonly betweenMs: number;
  /** Commits an event of a thing that stands for `count` occurrences. May throw `HubError`. */
  readonly log: (id: string, count: number, last: Last) => void;
}

/**
 * Events of what strangers may do as often as they like: of each thing the first at once, and what follows counted by one
 * event at the end of each span of time.
 */
export class CountedEvents<Last> {
  readonly #options: CountedEventsOptions<Last>;
  readonly #unlogged = new Map<string, UnloggedCount<Last>>();

  constructor(options: CountedEventsOptions<Last>) {
    this.#options = options;
  }

  /** Counts an occurrence. True for one that the caller has to log now: no event of this thing was written lately. */
  add(id: string, last: Last): boolean {
    const waiting = this.#unlogged.get(id);
    if (waiting) {
      waiting.count += 1;
      waiting.last = last;
      return false;
    }
    this.#wait(id, last);
    return true;
  }

  /** Logs what is not logged yet. */
  close(): void {
    for (const [id, waiting] of this.#unlogged) {
      this.#options.timers.clearTimeout(waiting.timer);
      this.#unlogged.delete(id);
      this.#log(id, waiting);
    }
  }

  #wait(id: string, last: Last): void {
    const timer = this.#options.timers.setTimeout(() => this.#over(id), this.#options.betweenMs);
    this.#unlogged.set(id, { count: 0, last, timer });
  }

  /** The span is over: another one begins with its event, so that two are never nearer to each other. */
  #over(id: string): void {
    const waiting = this.#unlogged.get(id);
    this.#unlogged.delete(id);
    if (!waiting || waiting.count === 0) return;
    this.#wait(id, waiting.last);
    this.#log(id, waiting);
  }

  #log(id: string, { count, last }: UnloggedCount<Last>): void {
    if (count === 0) return;
    try {
      this.#options.log(id, count, last);
    } catch (error) {
      if (!(error instanceof HubError)) throw error; // it is over by now, or the disk refuses writes
    }
  }
}
