import type { Worker } from 'node:worker_threads';
import { HubError, messageOf } from '../../protocol/errors.ts';
import type { HubEvent } from '../../protocol/events.ts';
import type { HubState } from '../../protocol/state.ts';
import type { ContentRow, ContentRows } from '../disk/content-rows.ts';
import { storageFailed } from '../hub-errors.ts';
import { Listeners } from '../listeners.ts';
import type { Db } from './db.ts';
import type { EncodedEvent, EventLog, StorageNews, Urgency } from './event-log.ts';
import { openLog, type OpenedLog, type SqliteLogOptions } from './open-log.ts';
import { damaged, readMeta } from './schema.ts';
import { loadReplica } from './snapshots.ts';
import { encodedEvent, readRows } from './stored-events.ts';
import { watchedDb } from './watched-db.ts';
import { endWriter, openWriter, startWriter } from './start-writer.ts';
import { UnwrittenEvents } from './unwritten-events.ts';
import type { FromWriter, ToWriter } from './writer-messages.ts';

/** The log in one SQLite file, written by a thread that commits all waiting events at once. */
export class SqliteLog implements EventLog, ContentRows {
  readonly logId: string;
  /** Reads the log's tables and projections on this thread, as they are on disk. Damage is `log_corrupt`. */
  readonly reader: Db;
  /** {@link reader}, with SQLite's own errors. */
  readonly #db: Db;
  readonly file: string;
  readonly #options: SqliteLogOptions;
  readonly #batches = new Listeners<readonly EncodedEvent[]>();
  readonly #news = new Listeners<StorageNews>();
  #worker: Worker;
  #seq: number;
  /** From `#seq + 1` on. */
  readonly #unwritten = new UnwrittenEvents();
  #left: readonly ContentRow[];
  #flushing: NodeJS.Immediate | undefined;
  /** Whether somebody waits for an event that was not sent. */
  #isAwaited = false;
  /** Runs while the events that were not sent may wait for others. */
  #lingering: NodeJS.Timeout | undefined;
  #state: 'ok' | 'failed' | 'closed' = 'ok';
  /** Set once the database was found to be damaged: it takes no events until it was made anew. */
  #damage: HubError | undefined;
  /** The answer of {@link removeSome} that is waited for. */
  #removing: PromiseWithResolvers<boolean> | undefined;

  /**
   * Opens and folds the log of a data directory, which must exist and be held by this process. Throws
   * `log_corrupt`, `log_newer` or `data_dir_unwritable`.
   */
  static async open(options: SqliteLogOptions): Promise<{ readonly log: SqliteLog; readonly state: HubState }> {
    const opened = await openLog(options);
    return { log: new SqliteLog(options, opened), state: opened.state };
  }

  private constructor(options: SqliteLogOptions, { file, worker, reader, left, state }: OpenedLog) {
    this.file = file;
    this.#options = options;
    this.#worker = worker;
    this.#db = reader;
    this.reader = watchedDb(reader, (error) => this.damaged(`SQLite says: ${error.message}`));
    this.logId = readMeta(reader, 'log_id') ?? '';
    this.#seq = state.seq;
    this.#left = left;
    this.#listen(worker);
  }

  get seq(): number {
    return this.#seq;
  }

  /** Seq of the last event sent to the writer; later ones go to it in one message. */
  get handedOver(): number {
    return this.#seq + this.#unwritten.sent;
  }

  /** Length of the JSON of all that was appended and is not on disk. */
  get unwrittenCharacters(): number {
    return this.#unwritten.characters;
  }

  append(commit: readonly EncodedEvent[], content?: Omit<ContentRow, 'seq'>, urgency: Urgency = 'now'): void {
    if (this.#state === 'closed') throw new HubError('hub_closed', 'The hub is closed; start it again.');
    if (this.#state === 'failed') throw this.#damage ?? storageFailed('the log takes no writes for now');
    let next = this.#seq + this.#unwritten.size + 1;
    for (const { event } of commit) {
      if (event.seq !== next++) {
        throw new HubError('conflict', `Event ${event.seq} does not continue the log; decide again.`);
      }
    }
    this.#unwritten.add(commit, content && commit.length > 0 ? { ...content, seq: next - 1 } : undefined);
    if (urgency === 'now') this.hurry();
    else this.#lingering ??= setTimeout(() => this.hurry(), MOST_LINGER_MS);
  }

  /** Somebody waits for what was appended: it is sent to the writer at the end of this turn. */
  hurry(): void {
    this.#isAwaited = true;
    this.#flushing ??= setImmediate(() => this.#flush());
  }

  takeLeft(): readonly ContentRow[] {
    const left = this.#left;
    this.#left = [];
    return left;
  }

  drop(seqs: readonly number[]): void {
    if (this.#state === 'ok') this.#post({ kind: 'drop', seqs });
  }

  /**
   * Has some of the rows removed whose events were removed; resolves with whether more are left. Rejects where the disk
   * takes no writes. One at a time.
   */
  removeSome(): Promise<boolean> {
    if (this.#state !== 'ok') return Promise.reject(this.#damage ?? storageFailed('the log takes no writes for now'));
    const waiting = (this.#removing ??= Promise.withResolvers<boolean>());
    this.#post({ kind: 'remove' });
    return waiting.promise;
  }

  read(afterSeq: number, limit: number): readonly HubEvent[] {
    return readRows(this.reader, afterSeq, limit).map((row) => encodedEvent(row).event);
  }

  subscribe(afterSeq: number, listener: (batch: readonly EncodedEvent[]) => void): () => void {
    for (let after = afterSeq; after < this.#seq;) {
      const batch = readRows(this.reader, after, Math.min(PAGE, this.#seq - after)).map(encodedEvent);
      if (batch.length === 0) break;
      after += batch.length;
      listener(batch);
    }
    return this.#batches.add(listener);
  }

  loadState(): HubState {
    return loadReplica(this.#db, this.file).state;
  }

  halt(reason: string): void {
    if (this.#state !== 'ok') return;
    this.#flushAll();
    this.#state = 'failed';
    this.#post({ kind: 'halt', reason });
  }

  /**
   * The database is damaged: no event is written behind that. Reads go on as far as they can. Answers the error
   * that says what to do.
   */
  damaged(problem: string): HubError {
    if (this.#damage) return this.#damage;
    const damage = (this.#damage = damaged(this.file, problem));
    if (this.#state === 'failed') this.#fail(this.#seq, damage.message);
    this.halt(damage.message);
    return damage;
  }

  retry(): void {
    if (this.#state !== 'failed' || this.#damage) return;
    if (this.#worker.threadId !== -1) return this.#post({ kind: 'retry' });
    // The thread is gone: a new one reads the log and goes on.
    const worker = startWriter();
    this.#worker = worker;
    openWriter(worker, this.file, this.#options)
      .then(() => {
        // Reading may fail as well: then this thread is as good as none.
        this.#catchUp();
        this.#listen(worker);
        this.#recovered();
      })
      .catch((error: unknown) => void endWriter(worker, 'end').then(() => this.#fail(this.#seq, messageOf(error))));
  }

  onStorage(listener: (news: StorageNews) => void): () => void {
    return this.#news.add(listener);
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#flushAll();
    this.#state = 'closed';
    this.#removed(false);
    await endWriter(this.#worker, 'close');
    this.reader.close();
  }

  #flushAll(): void {
    this.#isAwaited = true;
    this.#flush(Infinity);
  }

  /**
   * Sends the waiting events to the writer, unless nobody waits for them, or it has work and a message in waiting. Then
   * they go on gathering here, because waking a thread costs as much as deciding a command.
   */
  #flush(atOnce = POSTED_AT_ONCE): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    if (this.#state !== 'ok' || !this.#isAwaited || this.#unwritten.messages >= atOnce) return;
    this.#isAwaited = false;
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    const message = this.#unwritten.takeUnsent(this.#seq);
    if (message) this.#post(message);
  }

  #listen(worker: Worker): void {
    worker.on('message', (message: FromWriter) => {
      switch (message.kind) {
        case 'written':
          return this.#written(message.seq);
        case 'failed':
          if (message.isDamage) this.#damage ??= damaged(this.file, message.message);
          return this.#fail(message.seq < 0 ? this.#seq : message.seq, message.message);
        case 'removed':
          return this.#removed(message.problem === undefined ? message.more : storageFailed(message.problem));
        case 'ready':
          return this.#recovered();
        case 'opened':
        case 'refused':
          return;
        default:
          message satisfies never;
      }
    });
    worker.on('error', (error: Error) => this.#died(`The log's writer stopped: ${error.message}`));
    worker.on('exit', () => this.#died("The log's writer stopped."));
  }

  /** The thread may have ended between a commit and its report: what is on disk has happened and is reported first. */
  #died(message: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'failed';
    try {
      this.#catchUp();
    } catch {
      // The log cannot be read now; a new thread is begun when it can.
    }
    this.#fail(this.#seq, message);
  }

  /** Reads the end of the log from the disk, and reports events that were not reported yet. */
  #catchUp(): void {
    for (;;) {
      const batch = readRows(this.reader, this.#seq, PAGE).map(encodedEvent);
      const last = batch.at(-1)?.event.seq;
      if (last === undefined) return;
      this.#seq = last;
      this.#unwritten.drop(batch.length);
      this.#batches.emit(batch);
    }
  }

  #written(seq: number): void {
    const batch = this.#unwritten.takeWritten(seq - this.#seq, seq);
    this.#seq = seq;
    // Before the listeners are called, so that the disk works meanwhile.
    this.#flush();
    this.#batches.emit(batch);
  }

  #removed(answer: boolean | HubError): void {
    const waiting = this.#removing;
    this.#removing = undefined;
    if (answer instanceof HubError) waiting?.reject(answer);
    else waiting?.resolve(answer);
  }

  #fail(seq: number, message: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'failed';
    this.#removed(storageFailed(message));
    this.#unwritten.clear();
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    this.#news.emit({ status: 'failed', seq, message: this.#damage?.message ?? message, damage: this.#damage });
  }

  #recovered(): void {
    if (this.#state !== 'failed') return;
    this.#state = 'ok';
    this.#news.emit({ status: 'ok' });
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }
}

const PAGE = 2000;
/** One being written, and the next one. */
const POSTED_AT_ONCE = 2;
/** How long events without a waiting caller may be held back, so that one write and one sync hold several. In ms. */
const MOST_LINGER_MS = 10;
