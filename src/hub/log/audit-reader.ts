import { HubError } from '../../protocol/errors.ts';
import type { StoredEvent } from '../../protocol/events.ts';
import type { AuditPage, AuditQuery, LogVerification, Page, PageRequest, PastSession } from '../../protocol/records.ts';
import { storedJson } from '../stored-json.ts';
import { decodeCursor, pageLimit, pageOf } from '../paging.ts';
import { eventsMatching } from './audit-query.ts';
import type { SqliteLog } from './sqlite-log.ts';
import { STORED_COLUMNS, storedEvent } from './stored-events.ts';
import { verifyOffThread } from './verify.ts';

export interface AfterFilter {
  readonly workspace?: string;
  /** Exact types or nouns. */
  readonly types?: readonly string[];
}

/** Reads the log and its projections. Answers only what is on disk. */
export class AuditReader {
  readonly #log: SqliteLog;
  readonly #durable: () => Promise<void>;

  /** `durable` resolves when all that is applied is on disk, so that callers see their own writes. */
  constructor(log: SqliteLog, durable: () => Promise<void>) {
    this.#log = log;
    this.#durable = durable;
  }

  /** A page of events that match the query, newest first by default. 100 by default, at most 1,000. */
  async page({ cursor, ...query }: AuditQuery = {}): Promise<AuditPage> {
    await this.#caughtUp();
    const limit = pageLimit(query.limit, 100);
    const [afterSeq] = cursor === undefined ? [undefined] : decodeCursor(cursor, ['number']);
    const found = eventsMatching(this.#log.reader, { ...query, afterSeq, limit: limit + 1 });
    return pageOf(found, limit, ({ seq }) => [seq]);
  }

  /** The event with this seq. Throws `not_found`. */
  async event(seq: number): Promise<StoredEvent> {
    await this.#caughtUp();
    const event = this.#find(seq);
    if (event) return event;
    throw new HubError('not_found', `There is no event ${seq}; the log ends at ${this.#log.seq}.`, {
      details: { seq, last: this.#log.seq },
    });
  }

  /** Events with a seq greater than `seq`, oldest first, at most `limit`. */
  async after(seq: number, limit: number, filter: AfterFilter = {}): Promise<readonly StoredEvent[]> {
    await this.#caughtUp();
    return eventsMatching(this.#log.reader, { ...filter, order: 'asc', afterSeq: seq, limit });
  }

  /** The chain of causes of an event, nearest first; `frameId` is the frame at its end, if there is one. */
  async causes(seq: number): Promise<{ readonly events: readonly StoredEvent[]; readonly frameId?: string }> {
    let event = await this.event(seq);
    const events: StoredEvent[] = [];
    while (typeof event.cause === 'number') {
      const cause = event.cause < event.seq ? this.#find(event.cause) : undefined;
      if (!cause) return { events };
      events.push(cause);
      event = cause;
    }
    return { events, ...(event.cause === undefined ? {} : { frameId: event.cause }) };
  }

  /** The events whose cause is this frame or event, oldest first, at most 1,000. */
  async effects(cause: string | number): Promise<readonly StoredEvent[]> {
    await this.#caughtUp();
    return this.#log.reader
      .prepare(`SELECT ${STORED_COLUMNS} FROM events e WHERE e.cause = ? ORDER BY e.seq LIMIT 1000`)
      .all(cause)
      .map(storedEvent);
  }

  /**
   * Checks the hash chain from the first event to the last, and the database, on a thread of its own. If either
   * is damaged, no event is written any more.
   */
  async verify(signal?: AbortSignal): Promise<LogVerification> {
    await this.#caughtUp();
    const found = await verifyOffThread(this.#log.file, signal);
    if (!found.ok) this.#log.damaged(`event ${found.badSeq} is not as it was written: ${found.problem}`);
    else if (found.damage !== undefined) this.#log.damaged(found.damage);
    return found;
  }

  /** Closed sessions, the last closed first. 50 by default. */
  async pastSessions(request: PageRequest = {}): Promise<Page<PastSession>> {
    await this.#caughtUp();
    const limit = pageLimit(request.limit, 50);
    const [before] =
      request.cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(request.cursor, ['number']);
    const rows = this.#log.reader
      .prepare('SELECT closed_seq, record FROM past_sessions WHERE closed_seq < ? ORDER BY closed_seq DESC LIMIT ?')
      .all(before, limit + 1);
    const page = pageOf(rows, limit, (row) => [Number(row['closed_seq'])]);
    return { ...page, items: page.items.map((row) => storedJson(row['record']) as PastSession) };
  }

  /** A closed session by its id; undefined when there is none. */
  async pastSession(sessionId: string): Promise<PastSession | undefined> {
    await this.#caughtUp();
    const row = this.#log.reader.prepare('SELECT record FROM past_sessions WHERE id = ?').get(sessionId);
    return row && (storedJson(row['record']) as PastSession);
  }

  #find(seq: number): StoredEvent | undefined {
    const row = this.#log.reader.prepare(`SELECT ${STORED_COLUMNS} FROM events e WHERE e.seq = ?`).get(seq);
    return row && storedEvent(row);
  }

  /** Reads go on while the disk refuses writes: there is nothing on its way to wait for. */
  async #caughtUp(): Promise<void> {
    try {
      await this.#durable();
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'storage_failed') throw error;
    }
  }
}
