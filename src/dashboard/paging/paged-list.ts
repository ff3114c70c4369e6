import type { HubError } from '../../protocol/errors.ts';
import { problemOf } from '../problem-of.ts';
import type { Page } from '../../protocol/records.ts';

/** A list that is read by page, as a view shows it; a new object for each change. */
export interface PagedItems<T> {
  readonly items: readonly T[];
  /** `failed`: the last read failed; what was read before is still in `items`. */
  readonly status: 'loading' | 'ready' | 'failed';
  readonly error: HubError | undefined;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
}

export interface PagedListOptions<T> {
  /** Reads a page; `limit` is 1 to 1000. */
  readonly fetch: (request: { readonly cursor?: string; readonly limit: number }) => Promise<Page<T>>;
  /** Items of a first page; default 200. */
  readonly pageSize?: number;
  /** Ms, any origin. */
  readonly now: () => number;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
}

const MOST_ITEMS_A_READ = 1_000;
/** Least time between two refreshes; longer if reading takes long. */
const LEAST_PAUSE_MS = 250;
const PAUSE_PER_READ = 4;
/** A read that a stalled disk or network held up must not leave the list as it was for minutes. */
const MOST_PAUSE_MS = 5_000;

/**
 * Reads a list by page, and again when it has changed. Meanwhile the old items stay. The pause between two
 * reads grows with the time that a read takes, up to some seconds, so a flood of changes costs a bounded share of the
 * time.
 */
export class PagedList<T> {
  readonly #options: PagedListOptions<T>;
  readonly #listeners = new Set<() => void>();
  #shown: PagedItems<T> = { items: [], status: 'loading', error: undefined, hasMore: false, isLoadingMore: false };
  #cursor: string | undefined;
  #reading: 'again' | 'on' | undefined;
  #isStale = false;
  #isMoreWished = false;
  #restUntil = 0;
  #timer: unknown;

  constructor(options: PagedListOptions<T>) {
    this.#options = options;
  }

  /** What to show now; the same object until something changes. */
  readonly current = (): PagedItems<T> => this.#shown;

  /** When the last listener leaves, a delayed read is dropped. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#options.clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  };

  /** Reads the first page, or all pages read so far again; now, or after the pause. */
  refresh(): void {
    this.#isStale = true;
    if (this.#reading !== undefined || this.#timer !== undefined) return;
    const wait = this.#restUntil - this.#options.now();
    if (wait <= 0) void this.#reread();
    else {
      this.#timer = this.#options.setTimeout(() => {
        this.#timer = undefined;
        void this.#reread();
      }, wait);
    }
  }

  /** Reads the next page, if there is one; not while it is being read already. */
  loadMore(): void {
    if (this.#reading === 'again') this.#isMoreWished = true;
    else if (this.#reading === undefined && this.#shown.hasMore) void this.#readOn();
  }

  async #reread(): Promise<void> {
    this.#reading = 'again';
    this.#isStale = false;
    const began = this.#options.now();
    const { pageSize = 200 } = this.#options;
    try {
      const wanted = Math.max(pageSize, this.#shown.items.length);
      const items: T[] = [];
      let cursor: string | undefined;
      do {
        const limit = Math.min(MOST_ITEMS_A_READ, wanted - items.length);
        const page = await this.#options.fetch({ limit, ...(cursor === undefined ? {} : { cursor }) });
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined && items.length < wanted);
      this.#cursor = cursor;
      this.#show({ items, status: 'ready', error: undefined, hasMore: cursor !== undefined });
    } catch (error) {
      this.#show({ status: 'failed', error: problemOf(error) });
    }
    const ended = this.#options.now();
    const pause = Math.max(LEAST_PAUSE_MS, PAUSE_PER_READ * (ended - began));
    this.#restUntil = ended + Math.min(MOST_PAUSE_MS, pause);
    this.#ended();
  }

  async #readOn(): Promise<void> {
    this.#reading = 'on';
    this.#show({ isLoadingMore: true });
    const { pageSize = 200 } = this.#options;
    try {
      const page = await this.#options.fetch({
        limit: Math.min(MOST_ITEMS_A_READ, pageSize),
        ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }),
      });
      this.#cursor = page.nextCursor;
      this.#show({
        items: [...this.#shown.items, ...page.items],
        status: 'ready',
        error: undefined,
        hasMore: page.nextCursor !== undefined,
        isLoadingMore: false,
      });
    } catch (error) {
      this.#show({ status: 'failed', error: problemOf(error), isLoadingMore: false });
    }
    this.#ended();
  }

  #ended(): void {
    this.#reading = undefined;
    const isMoreWished = this.#isMoreWished;
    this.#isMoreWished = false;
    if (isMoreWished) this.loadMore();
    if (this.#isStale) this.refresh();
  }

  #show(change: Partial<PagedItems<T>>): void {
    this.#shown = { ...this.#shown, ...change };
    for (const listener of this.#listeners) listener();
  }
}
