import type { NewsItem } from './news-item.ts';

/** Items that are kept of what the person did: what happened before is in the log, where `event_list` finds it. */
const MOST_OF_PERSON = 1_000;
/** Items that are kept of what one key caused: no agent makes others forget what the person did. */
const MOST_OF_KEY = 200;
/** Items that are kept in all. */
const MOST_IN_ALL = 20_000;

/** Whose items the person's are. */
const PERSON = '';

/** Whom a reader is asked about: its key, and the workspaces where it has, or had, a role. */
export type IsOfReader = (keyOrWorkspace: string) => boolean;

/** The last news of the hub, in order. */
export class RecentNews {
  #items: NewsItem[] = [];
  #knownAfter: number;
  /** How many items there are of what each key caused. */
  readonly #counts = new Map<string, number>();
  /** By the key or workspace that they were for: seq of the last item that was let go early. */
  readonly #letGo = new Map<string, number>();

  /** `knownAfter`: nothing is known of what happened up to this seq. */
  constructor(knownAfter: number) {
    this.#knownAfter = knownAfter;
  }

  /** All that happened after this seq is here, but for what one key caused too much of. */
  get knownAfter(): number {
    return this.#knownAfter;
  }

  /** Seq of the newest; 0 where there is none. */
  get lastSeq(): number {
    return this.#items.at(-1)?.seq ?? 0;
  }

  /** All that happened after this seq and may concern a reader is here. */
  knownAfterFor(isOfReader: IsOfReader): number {
    let after = this.#knownAfter;
    for (const [whom, seq] of this.#letGo) if (seq > after && isOfReader(whom)) after = seq;
    return after;
  }

  add(item: NewsItem): void {
    this.#items.push(item);
    const cause = causeOf(item);
    const count = (this.#counts.get(cause) ?? 0) + 1;
    this.#counts.set(cause, count);
    // Now and then, not with each.
    const most = cause === PERSON ? MOST_OF_PERSON : MOST_OF_KEY;
    if (count >= 2 * most) this.#shorten(cause, count - most);
    if (this.#items.length >= 2 * MOST_IN_ALL) this.#forgetOldest(this.#items.length - MOST_IN_ALL);
  }

  /** Adds what happened before all that is here; all after `knownAfter` is known then. */
  addEarlier(items: readonly NewsItem[], knownAfter: number): void {
    const [first] = this.#items;
    const earlier = items.filter(({ seq }) => first === undefined || seq < first.seq);
    for (const item of earlier) this.#counts.set(causeOf(item), (this.#counts.get(causeOf(item)) ?? 0) + 1);
    this.#items = [...earlier, ...this.#items];
    this.#knownAfter = Math.min(this.#knownAfter, knownAfter);
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

  /** Lets the oldest items go that one key, or the person, caused. */
  #shorten(cause: string, count: number): void {
    let left = count;
    this.#items = this.#items.filter((item) => {
      if (left === 0 || causeOf(item) !== cause) return true;
      left -= 1;
      const { aim } = item;
      const whom = 'workspace' in aim ? aim.workspace : aim.kind === 'agent' ? aim.agent.keyId : aim.keyId;
      this.#letGo.set(whom, Math.max(item.seq, this.#letGo.get(whom) ?? 0));
      return false;
    });
    this.#counts.set(cause, (this.#counts.get(cause) ?? 0) - count);
  }

  #forgetOldest(count: number): void {
    const gone = this.#items.splice(0, count);
    this.#knownAfter = Math.max(this.#knownAfter, gone.at(-1)?.seq ?? 0);
    for (const item of gone) {
      const cause = causeOf(item);
      const left = (this.#counts.get(cause) ?? 0) - 1;
      if (left > 0) this.#counts.set(cause, left);
      else this.#counts.delete(cause);
    }
    for (const [whom, seq] of this.#letGo) if (seq <= this.#knownAfter) this.#letGo.delete(whom);
  }
}

/** The key that an item comes from: of what the hub did, such as the end of a job, the one that it is for. */
function causeOf({ by, byPerson, aim }: NewsItem): string {
  if (by !== undefined) return by.keyId;
  if (byPerson) return PERSON;
  return aim.kind === 'agent' ? aim.agent.keyId : aim.kind === 'key' ? aim.keyId : PERSON;
}
