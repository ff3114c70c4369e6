import type { HubError } from '../../../protocol/errors.ts';
import { problemOf } from '../../problem-of.ts';
import type { OwnerOf } from '../../../protocol/event-parties.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import type { AuditPage, AuditQuery } from '../../../protocol/records.ts';
import { toQuery, type AuditFilter } from './audit-filter.ts';
import {
  emptyAudit,
  firstPage,
  newerQuery,
  olderQuery,
  pageFrom,
  pageRows,
  withNewer,
  withOlderEvents,
  withPushed,
  type AuditWindow,
} from './audit-window.ts';

/** What the audit screen shows; a new object for each change. */
export interface AuditShown {
  readonly window: AuditWindow;
  readonly filter: AuditFilter;
  /** Whether pushed events become rows at once. */
  readonly following: boolean;
  /** What is being read from the log; `all` is a first page, after the rows of another filter were dropped. */
  readonly reading: 'all' | 'older' | 'newer' | undefined;
  readonly error: HubError | undefined;
}

/**
 * Holds the part of the log on the audit screen: reads pages at both ends and adds pushed events. Events that
 * are pushed while a page is being read wait for it, so that there is no gap.
 */
export class AuditFeed {
  readonly #read: (query: AuditQuery) => Promise<AuditPage>;
  readonly #ownerOf: OwnerOf;
  readonly #listeners = new Set<() => void>();
  #shown: AuditShown;
  #early: HubEvent[] = [];
  /** Answers for an earlier filter or place are dropped. */
  #generation = 0;

  constructor(read: (query: AuditQuery) => Promise<AuditPage>, filter: AuditFilter, ownerOf: OwnerOf) {
    this.#read = read;
    this.#ownerOf = ownerOf;
    this.#shown = { window: emptyAudit, filter, following: true, reading: undefined, error: undefined };
  }

  readonly current = (): AuditShown => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes the filter and starts at the newest event, followed or not as before. */
  async show(filter: AuditFilter): Promise<void> {
    this.#change({ filter, window: emptyAudit });
    await this.#readTail();
  }

  /** Goes to the newest events and follows them. The present rows stay until those have been read. */
  async toTail(): Promise<void> {
    this.#change({ following: true });
    await this.#readTail();
  }

  async #readTail(): Promise<void> {
    const { filter } = this.#shown;
    await this.#reading('all', { ...toQuery(filter), limit: pageRows, order: 'desc' }, (page) =>
      firstPage(page.items, page.nextCursor !== undefined),
    );
  }

  /** Goes to an event in the middle of the log: it becomes the first row, and the tail is not followed. */
  async startAt(event: HubEvent, filter = this.#shown.filter): Promise<void> {
    this.#change({ following: false, filter, window: emptyAudit });
    const query: AuditQuery = { ...toQuery(filter), to: event.at + 1, limit: pageRows, order: 'desc' };
    await this.#reading('all', query, (page) =>
      pageFrom(
        page.items.filter(({ seq }) => seq <= event.seq),
        page.nextCursor !== undefined,
      ),
    );
  }

  async readOlder(): Promise<void> {
    const { window, filter, reading } = this.#shown;
    if (!window.older || reading !== undefined || window.rows.length === 0) return;
    await this.#readingOn('older', olderQuery(filter, window), withOlderEvents);
  }

  async readNewer(): Promise<void> {
    const { window, filter, reading } = this.#shown;
    if (!window.newer || reading !== undefined || window.rows.length === 0) return;
    await this.#readingOn('newer', newerQuery(filter, window), withNewer);
  }

  /** Stops following: pushed events are counted. */
  pause(): void {
    if (this.#shown.following) this.#change({ following: false });
  }

  /** Follows again, and shows what has come meanwhile. */
  async resume(): Promise<void> {
    if (this.#shown.following) return;
    if (this.#shown.window.newer) await this.toTail();
    else this.#change({ following: true });
  }

  /** Takes pushed events, in order. */
  onEvents(events: readonly HubEvent[]): void {
    if (events.length === 0) return;
    if (this.#shown.reading !== undefined) {
      this.#early.push(...events);
      return;
    }
    const { window, filter, following } = this.#shown;
    const next = withPushed(window, events, filter, following, this.#ownerOf);
    if (next !== window) this.#change({ window: next });
  }

  /** Events were missed: a followed tail is read again; otherwise it is marked that there is more. */
  async missed(): Promise<void> {
    if (this.#shown.following) await this.toTail();
    else this.#change({ window: { ...this.#shown.window, newer: true } });
  }

  /** Reads on while a page has only known rows, which happens when one millisecond fills a page. */
  async #readingOn(
    end: 'older' | 'newer',
    query: AuditQuery,
    merge: (window: AuditWindow, events: readonly HubEvent[], more: boolean) => AuditWindow,
  ): Promise<void> {
    const { window } = this.#shown;
    const known = end === 'older' ? window.rows.at(-1)?.seq : window.rows[0]?.seq;
    const isNew = ({ seq }: HubEvent) => known === undefined || (end === 'older' ? seq < known : seq > known);
    const read = async (): Promise<AuditPage> => {
      let page = await this.#read(query);
      while (page.nextCursor !== undefined && !page.items.some(isNew)) {
        page = await this.#read({ ...query, cursor: page.nextCursor });
      }
      return page;
    };
    await this.#run(end, read, (page) => merge(this.#shown.window, page.items, page.nextCursor !== undefined));
  }

  async #reading(what: 'all', query: AuditQuery, place: (page: AuditPage) => AuditWindow): Promise<void> {
    await this.#run(what, () => this.#read(query), place);
  }

  async #run(
    what: 'all' | 'older' | 'newer',
    read: () => Promise<AuditPage>,
    place: (page: AuditPage) => AuditWindow,
  ): Promise<void> {
    this.#generation += 1;
    const mine = this.#generation;
    this.#change({ reading: what });
    try {
      const page = await read();
      if (mine !== this.#generation) return;
      this.#change({ window: place(page), reading: undefined, error: undefined });
    } catch (error) {
      if (mine !== this.#generation) return;
      const { window } = this.#shown;
      // Events pushed from now on may not join these rows: they are counted, and read later.
      const apart = what === 'all' ? { ...window, newer: true } : window;
      this.#change({ window: apart, reading: undefined, error: problemOf(error) });
    }
    const early = this.#early;
    this.#early = [];
    this.onEvents(early);
  }

  #change(change: Partial<AuditShown>): void {
    this.#shown = { ...this.#shown, ...change };
    for (const listener of this.#listeners) listener();
  }
}
