import type { DatabaseSync } from 'node:sqlite';
import { HubError } from '../protocol/errors.ts';
import type { RecorderSettings } from '../protocol/recorder-settings.ts';
import { BlockFacts } from './block-facts.ts';
import { BodyFiles } from './body-files.ts';
import { openDatabase } from './database.ts';
import { FrameReading } from './frame-reading.ts';
import { FrameSearch } from './frame-search.ts';
import { FrameStore } from './frame-store.ts';
import { Launches } from './launches.ts';
import type { AskName, RecorderAsks } from './messages.ts';
import { NameNumbers } from './name-numbers.ts';
import { purge } from './purge.ts';
import { Removal } from './removal.ts';
import { FrameRetention } from './frame-retention.ts';
import { readSettings, writeSettings } from './settings.ts';

type Ask = { [Name in AskName]: { readonly name: Name; readonly query: RecorderAsks[Name]['query'] } }[AskName];
type RecorderAnswer = RecorderAsks[AskName]['answer'];

/** How often what can wait is done, in ms, and up to how many rows that were written meanwhile. */
const QUIET_MS = 250;
const QUIET_ROWS = 2_000;
/** How long that may take each time, in ms. */
const QUIET_WORK_MS = 25;
/** After so much of the bytes that may be kept was written, retention has a turn. */
const WRITTEN_SHARE = 8;

/** Lets what came meanwhile be served, between two steps of long work. */
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The recorder's database once it is open, and what the thread does with it. */
export class OpenedRecorder {
  readonly reading: FrameReading;
  readonly store: FrameStore;
  settings: RecorderSettings;
  readonly #db: DatabaseSync;
  readonly #files: BodyFiles;
  readonly #facts: BlockFacts;
  readonly #quiet: NodeJS.Timeout;
  /** Rows that had been written at the last look. */
  #seenRows = 0;
  readonly #removal: Removal;
  readonly #retention: FrameRetention;
  /** Removals, one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  /** Bytes of the batches since retention had its last turn. */
  #unweighed = 0;

  /** @throws RecorderError */
  constructor(folder: string, launchId: string, at: number) {
    const db = openDatabase(folder);
    this.#db = db;
    const launches = new Launches(db, launchId, at);
    const files = new BodyFiles(folder);
    this.#files = files;
    const facts = new BlockFacts(db);
    this.reading = new FrameReading(db, { search: new FrameSearch(db, launches, facts), launches, files });
    const names = new NameNumbers(db);
    this.store = new FrameStore(db, { names, facts, files, base: launches.base });
    this.#removal = new Removal(db, files);
    this.#retention = new FrameRetention(db, { removal: this.#removal, names, facts });
    this.settings = readSettings(db);
    this.store.leaveOut(this.settings);
    this.#facts = facts;
    this.#quiet = setInterval(() => this.#makeFacts(), QUIET_MS).unref();
  }

  answer(ask: Ask): RecorderAnswer | Promise<RecorderAnswer> {
    switch (ask.name) {
      case 'page':
        return this.reading.page(ask.query);
      case 'get':
        return this.reading.get(ask.query.frameId);
      case 'bodies':
        return this.reading.bodies(ask.query.frameIds);
      case 'part':
        return this.reading.part(ask.query.frameId, ask.query.of, ask.query.offset);
      case 'settings':
        this.settings = writeSettings(this.#db, { ...this.settings, ...ask.query });
        this.store.leaveOut(this.settings);
        return this.settings;
      case 'keep':
        return this.#keep(ask.query);
      case 'pin':
        return this.#pin(ask.query);
      case 'purge': {
        const { query } = ask;
        if (query.keyId !== undefined) this.store.leaveOutKey(query.keyId);
        const parts = { db: this.#db, removal: this.#removal, files: this.#files, pause: () => this.#pause() };
        return this.#inTurn(() => purge(parts, query));
      }
      default:
        return ask satisfies never;
    }
  }

  /** A batch was written. Once many have been, what is past the limits goes at once: a flood does not wait for a timer. */
  wrote(bytes: number): void {
    this.#unweighed += bytes;
    if (this.#unweighed < this.settings.keepBytes / WRITTEN_SHARE) return;
    this.#unweighed = 0;
    if (this.#retention.bytes <= this.settings.keepBytes) return;
    const { lastAt } = this.#retention;
    // What fails here is tried again with the next batches, and by the timer, which says so.
    this.#inTurn(() => this.#retention.keep(lastAt, this.settings, () => this.#pause())).catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#quiet);
    this.#db.close();
  }

  /** Makes facts of blocks for a while, unless much is being recorded. */
  #makeFacts(): void {
    const isQuiet = this.store.rows - this.#seenRows < QUIET_ROWS;
    this.#seenRows = this.store.rows;
    if (!isQuiet) return;
    const { oldest, newest } = this.reading.ends();
    const until = performance.now() + QUIET_WORK_MS;
    try {
      while (this.#facts.make(oldest, newest) && performance.now() < until);
    } catch {
      // The disk takes nothing, or another program holds the database: whatever is recorded meets that too, and says so.
    }
  }

  async #keep({ now, dryRun, limits }: RecorderAsks['keep']['query']): Promise<RecorderAsks['keep']['answer']> {
    const asked = { ...this.settings, ...limits };
    if (!dryRun) await this.#inTurn(() => this.#retention.keep(now, asked, () => this.#pause()));
    return await this.#inTurn(() => this.#retention.look(now, asked, () => this.#pause()));
  }

  /** Pins a frame with the frames that it is read with: its pair and its exchange. */
  #pin({ frameId, on, at }: RecorderAsks['pin']['query']): undefined {
    for (const n of this.reading.withFrame(frameId)) {
      if (on) this.#db.prepare('INSERT OR IGNORE INTO pins (n, at) VALUES (?, ?)').run(n, at);
      else this.#db.prepare('DELETE FROM pins WHERE n = ?').run(n);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #pause(): Promise<void> {
    await pause();
    if (this.#isClosed) throw new HubError('hub_closed', 'The hub is closing.');
  }
}
