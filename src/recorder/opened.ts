import type { DatabaseSync } from 'node:sqlite';
import { HubError } from '../protocol/errors.ts';
import type { RecorderSettings } from '../protocol/frames/recorder-settings.ts';
import { BodyFiles } from './body-files.ts';
import { openDatabase } from './database.ts';
import { FrameReading } from './frame-reading.ts';
import { FrameStore } from './frame-store.ts';
import { Launches } from './launches.ts';
import type { AskName, RecorderAsks } from './messages.ts';
import { Names } from './names.ts';
import { purge } from './purge.ts';
import { Removal } from './removal.ts';
import { Retention } from './retention.ts';
import { readSettings, writeSettings } from './settings.ts';

type Ask = { [Name in AskName]: { readonly name: Name; readonly query: RecorderAsks[Name]['query'] } }[AskName];
type Answer = RecorderAsks[AskName]['answer'];

/** Lets what came meanwhile be served, between two steps of long work. */
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The recorder's database once it is open, and what the thread does with it. */
export class Opened {
  readonly reading: FrameReading;
  readonly store: FrameStore;
  settings: RecorderSettings;
  readonly #db: DatabaseSync;
  readonly #launches: Launches;
  readonly #removal: Removal;
  readonly #retention: Retention;
  /** Removals, one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @throws RecorderError */
  constructor(folder: string, launchId: string, at: number) {
    const db = openDatabase(folder);
    this.#db = db;
    const launches = new Launches(db, launchId, at);
    const files = new BodyFiles(folder);
    this.#launches = launches;
    this.reading = new FrameReading(db, { launches, files });
    const names = new Names(db);
    this.store = new FrameStore(db, { names, files, base: launches.base });
    this.#removal = new Removal(db, files);
    this.#retention = new Retention(db, { removal: this.#removal, names });
    this.settings = readSettings(db);
    this.store.leaveOut(this.settings);
  }

  answer(ask: Ask): Answer | Promise<Answer> {
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
        return this.#inTurn(() => purge(this.#db, this.#removal, query, () => this.#pause()));
      }
      default:
        return ask satisfies never;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#db.close();
  }

  async #keep({ now, dryRun, limits }: RecorderAsks['keep']['query']): Promise<RecorderAsks['keep']['answer']> {
    const asked = { ...this.settings, ...limits };
    if (!dryRun) await this.#inTurn(() => this.#retention.keep(now, asked, () => this.#pause()));
    return this.#retention.look(now, asked);
  }

  /** Pins a frame with the frames that it is read with: its pair and its exchange. */
  #pin({ frameId, on, at }: RecorderAsks['pin']['query']): undefined {
    const place = this.#launches.placeOf(frameId);
    const row = place === undefined ? undefined : this.#db.prepare('SELECT * FROM frames WHERE n = ?').get(place);
    if (!row) throw new HubError('gone', `Frame ${frameId} is not kept any more, or was not recorded.`);
    for (const n of [row['n'], row['pair'], row['exchange']]) {
      if (typeof n !== 'number') continue;
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
