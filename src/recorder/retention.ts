import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecorderKept, RecorderSettings } from '../protocol/frames/recorder-settings.ts';
import type { BlockFacts } from './block-facts.ts';
import { GROUP_CONDITION, KEEP_SHARE, type KeepGroup, keepGroups } from './keeping.ts';
import type { Names } from './names.ts';
import { type Removal, REMOVED_AT_ONCE } from './removal.ts';
import { SPAN } from './streams.ts';
import { UnusedNames } from './unused-names.ts';

type Limits = Pick<RecorderSettings, 'keepMs' | 'keepBytes'>;

/** Each turn all ages shrink by this much, until the bytes fit. */
const SHRINK = 0.8;
/** The least to which they shrink: the last minutes are kept, whatever their bytes. */
const LEAST_SHARE = 0.002;

/** Decides which frames are kept for how long, and removes the others a few at a time. */
export class Retention {
  readonly #db: DatabaseSync;
  readonly #removal: Removal;
  readonly #names: Pick<Names, 'forget'>;
  readonly #facts: BlockFacts;
  readonly #unusedNames: UnusedNames;
  readonly #statements = new Map<string, StatementSync>();

  constructor(
    db: DatabaseSync,
    parts: { readonly removal: Removal; readonly names: Pick<Names, 'forget'>; readonly facts: BlockFacts },
  ) {
    this.#db = db;
    this.#removal = parts.removal;
    this.#names = parts.names;
    this.#facts = parts.facts;
    this.#unusedNames = new UnusedNames(db);
  }

  /** Bytes of the database, without what is free in it, and of large bodies. */
  get bytes(): number {
    const pragma = (name: string): number => Number(Object.values(this.#prepare(`PRAGMA ${name}`).get() ?? {})[0]);
    const files = this.#prepare('SELECT total(size) AS bytes FROM bodies WHERE file IS NOT NULL').get();
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size') + Number(files?.['bytes'] ?? 0);
  }

  /** How much of what is kept is past the limits, without removing it. */
  look(now: number, { keepMs, keepBytes }: Limits): RecorderKept {
    const kept = this.bytes;
    // Frames take their bytes about alike: so much of them would have to go.
    const share = kept <= keepBytes ? 1 : this.#shareFor(now, keepMs, keepBytes / kept);
    const count = (group: KeepGroup): number => {
      const until = this.#placeBefore(now - keepMs * KEEP_SHARE[group] * share);
      const sql = `SELECT total(${SPAN}) AS frames FROM frames f WHERE f.n <= ? AND ${GROUP_CONDITION[group]} AND ${UNPINNED}`;
      return Number(this.#prepare(sql).get(until)?.['frames']);
    };
    const frames = Number(this.#prepare(`SELECT total(${SPAN}) AS frames FROM frames f`).get()?.['frames']);
    return {
      frames,
      bytes: kept,
      over: { handshakes: count('handshakes'), calls: count('calls'), pushes: count('pushes') },
    };
  }

  /** Removes what is past the limits, in steps between which others are served; answers how many frames went. */
  async keep(now: number, { keepMs, keepBytes }: Limits, pause: () => Promise<void>): Promise<number> {
    let removed = 0;
    for (let share = 1; share > LEAST_SHARE; share *= SHRINK) {
      for (const group of keepGroups.toReversed()) {
        const until = this.#placeBefore(now - keepMs * KEEP_SHARE[group] * share);
        removed += await this.#remove(group, until, pause);
      }
      this.#facts.removeBefore(Number(this.#prepare('SELECT min(n) AS n FROM frames').get()?.['n'] ?? 0));
      if (this.#unusedNames.remove() > 0) this.#names.forget();
      this.#db.exec('PRAGMA incremental_vacuum(2000)');
      if (this.bytes <= keepBytes) break;
    }
    return removed;
  }

  async #remove(group: KeepGroup, until: number, pause: () => Promise<void>): Promise<number> {
    const find = this.#prepare(
      `SELECT f.n FROM frames f WHERE f.n > ? AND f.n <= ? AND ${GROUP_CONDITION[group]} AND ${UNPINNED} ORDER BY f.n LIMIT ?`,
    );
    let removed = 0;
    let after = 0;
    for (;;) {
      const places = find.all(after, until, REMOVED_AT_ONCE).map(({ n }) => Number(n));
      this.#removal.remove(places);
      removed += places.length;
      if (places.length < REMOVED_AT_ONCE) return removed;
      after = places.at(-1) ?? until;
      await pause();
    }
  }

  /** How much all ages would shrink so that only this part of the frames stays. */
  #shareFor(now: number, keepMs: number, part: number): number {
    const first = Number(this.#prepare('SELECT min(n) AS n FROM frames').get()?.['n'] ?? 0);
    const last = Number(this.#prepare('SELECT max(n) AS n FROM frames').get()?.['n'] ?? 0);
    let share = 1;
    while (share > LEAST_SHARE && last - this.#placeBefore(now - keepMs * share) > (last - first) * part)
      share *= SHRINK;
    return share;
  }

  /** Place of the last frame before a time: frames lie in the order in which they came. */
  #placeBefore(at: number): number {
    const atPlace = this.#prepare('SELECT n, at FROM frames WHERE n >= ? ORDER BY n LIMIT 1');
    let low = 0;
    let high = Number(this.#prepare('SELECT max(n) AS n FROM frames').get()?.['n'] ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = atPlace.get(middle);
      if (row && Number(row['at']) < at) low = Number(row['n']) + 1;
      else high = middle;
    }
    return low - 1;
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const UNPINNED = `NOT EXISTS (SELECT 1 FROM pins p WHERE p.n BETWEEN f.n AND f.n + ${SPAN} - 1)`;
