import type { NewsItem } from './news-item.ts';

/** Items that are kept: what happened before is in the log, where `event_list` finds it. */
const MOST_KEPT = 1_000;

/** The last news of the hub, in order. */
export class RecentNews {
  #items: NewsItem[] = [];
  #knownAfter: number;

  /** `knownAfter`: nothing is known of what happened up to this seq. */
  constructor(knownAfter: number) {
    this.#knownAfter = knownAfter;
  }

  /** All that happened after this seq is here. */
  get knownAfter(): number {
    return this.#knownAfter;
  }

  /** Seq of the newest; 0 where there is none. */
  get lastSeq(): number {
    return this.#items.at(-1)?.seq ?? 0;
  }

  add(item: NewsItem): void {
    this.#items.push(item);
    // Now and then, not with each.
    if (this.#items.length >= 2 * MOST_KEPT) this.#shorten();
  }

  /** Adds what happened before all that is here; all after `knownAfter` is known then. */
  addEarlier(items: readonly NewsItem[], knownAfter: number): void {
    const [first] = this.#items;
    this.#items = [...items.filter(({ seq }) => first === undefined || seq < first.seq), ...this.#items];
    this.#knownAfter = Math.min(this.#knownAfter, knownAfter);
    if (this.#items.length > MOST_KEPT) this.#shorten();
  }

  /** Those after a seq, oldest first. */
  *after(seq: number): Generator<NewsItem> {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#items[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    for (let at = low; at < this.#items.length; at += 1) {
      const item = this.#items[at];
      if (item) yield item;
    }
  }

  #shorten(): void {
    const gone = this.#items.splice(0, this.#items.length - MOST_KEPT);
    this.#knownAfter = Math.max(this.#knownAfter, gone.at(-1)?.seq ?? 0);
  }
}
