import { idOfAgent } from '../../protocol/agent-id.ts';
import { HubError } from '../../protocol/errors.ts';
import { actorAgentId } from '../../protocol/actor-id.ts';
import type { StoredEvent } from '../../protocol/events.ts';
import {
  MOST_EFFECTS_READ,
  type AuditPage,
  type AuditQuery,
  type JobRecord,
  type LogVerification,
  type NamedIds,
  type Page,
  type PageRequest,
  type PastSession,
} from '../../protocol/records.ts';
import type { HubState } from '../../protocol/state.ts';
import { hubClosed } from '../hub-errors.ts';
import { storedJson } from '../stored-json.ts';
import { decodeCursor, encodeCursor, pageLimit, pageOf, type Fits } from '../paging.ts';
import { briefEvent } from '../../protocol/brief-event.ts';
import { eventsMatching, typesMatching } from './audit-query.ts';
import type { EventQuery } from './audit-sources.ts';
import { cutSeq, readCut } from './cut.ts';
import { nextTurn } from './next-turn.ts';
import type { PastState } from './past/past-state.ts';
import type { PastStates } from './past/past-states.ts';
import type { SqliteLog } from './sqlite-log.ts';
import { STORED_COLUMNS, storedEvent } from './stored-events.ts';
import { startCheck, type RunningCheck } from './verify.ts';
import type { LogCut } from '../../protocol/retention-state.ts';

/** Of what is read of the log, other work has its turn after so many characters. */
const SLICE_CHARACTERS = 1024 * 1024;
/** A page ends after reading so many characters, however little of them it gives. */
const MOST_READ_CHARACTERS = 32 * 1024 * 1024;

/** What a reader waits for, so that callers see their own writes. */
export interface AuditDurability {
  /** Resolves when all that is applied is on disk. */
  readonly all: () => Promise<void>;
  /** The same but for the lines of calls. */
  readonly changes: () => Promise<void>;
}

/**
 * Reads the log and its projections. Answers only what is on disk. Events are brief, their bulky members cut short;
 * only {@link event} gives one whole.
 */
export class AuditReader {
  readonly #log: SqliteLog;
  readonly #durable: AuditDurability;
  #verifying: Promise<LogVerification> | undefined;
  readonly #checks = new Set<RunningCheck>();
  #past: Promise<PastStates> | undefined;
  #isClosed = false;

  constructor(log: SqliteLog, durable: AuditDurability) {
    this.#log = log;
    this.#durable = durable;
  }

  /**
   * A page of events that match the query, newest first by default. 100 by default, at most 1,000, and as many of them
   * as fit.
   */
  async page({ cursor, ...query }: AuditQuery = {}, fits: Fits<StoredEvent> = () => true): Promise<AuditPage> {
    await this.#caughtUp(query.types && typesMatching(query.types));
    const limit = pageLimit(query.limit, 100);
    const [afterSeq] = cursor === undefined ? [undefined] : decodeCursor(cursor, ['number']);
    const { events, more } = await this.#read({ ...query, afterSeq, limit }, fits);
    const last = events.at(-1);
    return more && last !== undefined ? { items: events, nextCursor: encodeCursor([last.seq]) } : { items: events };
  }

  /** The event with this seq. Throws `not_found`. */
  async event(seq: number): Promise<StoredEvent> {
    await this.#caughtUp();
    const cut = readCut(this.#log.reader);
    if (cut && seq <= cut.seq) throw wasRemoved(seq, cut);
    const event = this.#find(seq);
    if (event) return event;
    throw new HubError('not_found', `There is no event ${seq}; the log ends at ${this.#log.seq}.`, {
      details: { seq, last: this.#log.seq },
    });
  }

  /** Events with a seq greater than `seq`, oldest first, at most `limit`; fewer where they are very large. */
  async after(seq: number, limit: number): Promise<readonly StoredEvent[]> {
    await this.#caughtUp();
    return (await this.#read({ order: 'asc', afterSeq: seq, limit }, () => true)).events;
  }

  /** The hub as it was right after an event. Throws `gone`, `not_found`, or `rate_limited` where many are asked for. */
  async pastState(seq: number): Promise<PastState> {
    await this.#caughtUp();
    if (this.#isClosed) throw hubClosed();
    this.#past ??= import('./past/past-states.ts').then(({ PastStates: States }) => new States(this.#log.file));
    return await (await this.#past).at(seq);
  }

  /** The chain of causes of an event, nearest first; `frameId` is the frame at its end, if there is one. */
  async causes(seq: number): Promise<{ readonly events: readonly StoredEvent[]; readonly frameId?: string }> {
    let event = await this.event(seq);
    const events: StoredEvent[] = [];
    while (typeof event.cause === 'number') {
      const isThere = event.cause < event.seq && event.cause > cutSeq(this.#log.reader);
      const cause = isThere ? this.#find(event.cause) : undefined;
      if (!cause) return { events };
      events.push(briefEvent(cause));
      event = cause;
    }
    return { events, ...(event.cause === undefined ? {} : { frameId: event.cause }) };
  }

  /** The events whose cause is this frame or event, oldest first, at most 1,000. */
  async effects(cause: string | number): Promise<readonly StoredEvent[]> {
    await this.#caughtUp();
    return this.#log.reader
      .prepare(`SELECT ${STORED_COLUMNS} FROM events e WHERE e.cause = ? AND +e.seq > ? ORDER BY e.seq LIMIT ?`)
      .all(cause, cutSeq(this.#log.reader), MOST_EFFECTS_READ)
      .map(storedEvent)
      .map(briefEvent);
  }

  /**
   * Checks the hash chain from the first event to the last, and the database, on a thread of its own. If either
   * is damaged, no event is written any more.
   */
  verify(): Promise<LogVerification> {
    // Each takes a thread, and room for the lists: who asks meanwhile gets the same answer.
    this.#verifying ??= this.#verify({ lists: true }).finally(() => (this.#verifying = undefined));
    return this.#verifying;
  }

  /** {@link verify} without the lists that are made from the events, which takes less. */
  verifyEvents(): Promise<LogVerification> {
    return this.#verify({ lists: false });
  }

  /** Resolves when the checks that are under way have ended. */
  async checksEnded(): Promise<void> {
    await Promise.all(Array.from(this.#checks, ({ ended }) => ended));
  }

  /** Ends the checks that are under way, and their threads: one that is torn down with the log open can take the process with it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const check of this.#checks) check.stop();
    await Promise.all([this.checksEnded(), this.#past?.then((past) => past.close())]);
  }

  async #verify(options: { readonly lists: boolean }): Promise<LogVerification> {
    await this.#caughtUp();
    if (this.#isClosed) throw hubClosed();
    const check = startCheck(this.#log.file, options);
    this.#checks.add(check);
    void check.ended.then(() => this.#checks.delete(check));
    const found = await check.answer;
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

  /** The paths of jobs, and whose jobs and sessions are, by their ids. `state` has the sessions that are open. */
  async namedIds(ids: readonly string[], { sessions }: Pick<HubState, 'sessions'>): Promise<NamedIds> {
    await this.#caughtUp();
    const jobPaths: Record<string, string> = {};
    const owners: Record<string, string> = {};
    for (const id of new Set(ids)) {
      const job = this.#log.reader.prepare('SELECT record FROM jobs WHERE id = ?').get(id);
      if (job) {
        const { path, requestedBy } = storedJson(job['record']) as JobRecord;
        jobPaths[id] = path;
        owners[id] = actorAgentId(requestedBy);
      }
      const session = sessions.get(id) ?? (await this.pastSession(id));
      if (session) owners[id] = idOfAgent(session);
    }
    return { jobPaths, owners };
  }

  async #read(
    query: EventQuery,
    fits: Fits<StoredEvent>,
  ): Promise<{ readonly events: readonly StoredEvent[]; readonly more: boolean }> {
    const events: StoredEvent[] = [];
    let read = 0;
    let untilTurn = SLICE_CHARACTERS;
    for (const { event, size } of eventsMatching(this.#log.reader, { ...query, limit: query.limit + 1 })) {
      if (events.length >= query.limit) return { events, more: true };
      const brief = briefEvent(event);
      const isRoom = fits(brief) && read < MOST_READ_CHARACTERS;
      if (!isRoom && events.length > 0) return { events, more: true };
      events.push(brief);
      read += size;
      untilTurn -= size;
      if (untilTurn > 0) continue;
      untilTurn = SLICE_CHARACTERS;
      await nextTurn();
    }
    return { events, more: false };
  }

  #find(seq: number): StoredEvent | undefined {
    const row = this.#log.reader.prepare(`SELECT ${STORED_COLUMNS} FROM events e WHERE e.seq = ?`).get(seq);
    return row && storedEvent(row);
  }

  /**
   * Resolves when all that is applied, or all of these types, is on disk. Reads go on while the disk refuses writes:
   * there is nothing on its way to wait for.
   */
  async #caughtUp(types?: readonly string[]): Promise<void> {
    try {
      await (types?.includes('tool.called') === false ? this.#durable.changes() : this.#durable.all());
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'storage_failed') throw error;
    }
  }
}

function wasRemoved(seq: number, cut: LogCut): HubError {
  return new HubError(
    'gone',
    `Event ${seq} was removed: the log is not kept for ever, and begins with event ${cut.seq + 1}. What it made is still there; an export of before has the event itself.`,
    { details: { seq, first: cut.seq + 1, removedAt: cut.at } },
  );
}
