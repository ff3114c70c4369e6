import type { DatabaseSync } from 'node:sqlite';
import type { RecorderKept, RecorderSettings } from '../protocol/recorder-settings.ts';
import type { BlockFacts } from './block-facts.ts';
import { BytesByAge, fairLevel } from './fair-shares.ts';
import { STRANGERS, type WeighedFrame, weighed } from './frame-costs.ts';
import { GROUP_CONDITION, KEEP_SHARE, type KeepGroup, keepGroups } from './keeping.ts';
import type { NameNumbers } from './name-numbers.ts';
import { type Removal, REMOVED_AT_ONCE } from './removal.ts';
import { SPAN } from './streams.ts';
import { UnusedNames } from './unused-names.ts';
import { Statements } from './statements.ts';

type KeepLimits = Pick<RecorderSettings, 'keepMs' | 'keepBytes'>;

/**
 * When there are too many bytes, frames are removed down to this part of the limit, so that the next removal is not due
 * at once.
 */
const SHRINK_TO = 0.9;
/** The part of all bytes that frames of no key have at most: any program that reaches the port can make them. */
const STRANGERS_SHARE = 0.1;

type Over = Record<KeepGroup, number>;
type PauseBetween = () => Promise<void>;

/** What a key has too much. */
interface Excess {
  /** From this age on its frames go, as a part of the time that they may be kept. */
  readonly age: number;
  /** How much of them is still to go. */
  bytes: number;
}

/** Decides which frames are kept for how long, and removes the others a few at a time. */
export class FrameRetention {
  readonly #db: DatabaseSync;
  readonly #removal: Removal;
  readonly #names: Pick<NameNumbers, 'forget'>;
  readonly #facts: BlockFacts;
  readonly #unusedNames: UnusedNames;
  readonly #statements: Statements;

  constructor(
    db: DatabaseSync,
    parts: { readonly removal: Removal; readonly names: Pick<NameNumbers, 'forget'>; readonly facts: BlockFacts },
  ) {
    this.#db = db;
    this.#statements = new Statements(db);
    this.#removal = parts.removal;
    this.#names = parts.names;
    this.#facts = parts.facts;
    this.#unusedNames = new UnusedNames(db);
  }

  /** Bytes of the database, without what is free in it, and of large bodies. */
  get bytes(): number {
    const pragma = (name: string): number =>
      Number(Object.values(this.#statements.get(`PRAGMA ${name}`).get() ?? {})[0]);
    const files = this.#statements.get('SELECT total(size) AS bytes FROM bodies WHERE file IS NOT NULL').get();
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size') + Number(files?.['bytes'] ?? 0);
  }

  /** When the last frame was recorded: ms since the epoch, by the clock of then. */
  get lastAt(): number {
    return Number(this.#statements.get('SELECT at FROM frames ORDER BY n DESC LIMIT 1').get()?.['at'] ?? 0);
  }

  /** How much of what is kept is past the limits, without removing it. */
  async look(now: number, limits: KeepLimits, pause: PauseBetween): Promise<RecorderKept> {
    const bytes = this.bytes;
    const frames = Number(this.#statements.get(`SELECT total(${SPAN}) AS frames FROM frames f`).get()?.['frames']);
    const over: Over = { handshakes: 0, calls: 0, pushes: 0 };
    if (bytes <= limits.keepBytes) {
      for (const group of keepGroups) over[group] = this.#pastAge(group, now, limits.keepMs);
    } else {
      const excess = await this.#excess(now, limits, pause);
      for await (const weighedFrames of weighed(this.#db, { now, ...limits }, pause)) {
        for (const frame of weighedFrames) if (isPast(frame, excess)) over[frame.group] += frame.frames;
      }
    }
    return { frames, bytes, over };
  }

  /** Removes what is past the limits, in steps between which others are served; answers how many frames went. */
  async keep(now: number, limits: KeepLimits, pause: PauseBetween): Promise<number> {
    let removed = 0;
    for (const group of keepGroups.toReversed()) {
      removed += await this.#remove(group, this.#placeBefore(now - limits.keepMs * KEEP_SHARE[group]), pause);
    }
    this.#giveBack();
    if (this.bytes > limits.keepBytes) removed += await this.#removeExcess(now, limits, pause);
    this.#facts.removeBefore(Number(this.#statements.get('SELECT min(n) AS n FROM frames').get()?.['n'] ?? 0));
    if (this.#unusedNames.remove() > 0) this.#names.forget();
    this.#giveBack();
    return removed;
  }

  async #removeExcess(now: number, limits: KeepLimits, pause: PauseBetween): Promise<number> {
    let removed = 0;
    const excess = await this.#excess(now, limits, pause);
    for await (const frames of weighed(this.#db, { now, ...limits }, pause)) {
      const places = frames.filter((frame) => isPast(frame, excess)).map(({ n }) => n);
      for (let at = 0; at < places.length; at += REMOVED_AT_ONCE) {
        this.#removal.remove(places.slice(at, at + REMOVED_AT_ONCE));
        this.#giveBack();
        await pause();
      }
      removed += places.length;
    }
    return removed;
  }

  /**
   * What each key has to give up so that the bytes fit. Who has most gives way: a key that has less than an equal share
   * loses nothing. Strangers together have a small part.
   */
  async #excess(now: number, limits: KeepLimits, pause: PauseBetween): Promise<ReadonlyMap<number, Excess>> {
    const parties = new Map<number, BytesByAge>();
    let [pinned, all] = [0, 0];
    for await (const frames of weighed(this.#db, { now, ...limits }, pause)) {
      for (const { party, age, bytes, isPinned } of frames) {
        all += bytes;
        if (isPinned) pinned += bytes;
        else getOrMake(parties, party).add(age, bytes);
      }
    }
    // What is weighed is less than what the database takes.
    const perByte = all / this.bytes;
    const budget = Math.max(0, limits.keepBytes * SHRINK_TO * perByte - pinned);
    const ofStrangers = Math.min(parties.get(STRANGERS)?.total ?? 0, budget * STRANGERS_SHARE);
    const keys = [...parties].filter(([party]) => party !== STRANGERS);
    const level = fairLevel(
      keys.map(([, { total }]) => total),
      budget - ofStrangers,
    );
    const most = (party: number): number => (party === STRANGERS ? ofStrangers : level);
    return new Map(
      [...parties].map(([party, bytes]) => [
        party,
        { age: bytes.ageFor(most(party)), bytes: Math.max(0, bytes.total - most(party)) },
      ]),
    );
  }

  /** Gives what is free in the database back to the disk, a few pages at a time. */
  #giveBack(): void {
    this.#db.exec('PRAGMA incremental_vacuum(2000)');
  }

  #pastAge(group: KeepGroup, now: number, keepMs: number): number {
    const until = this.#placeBefore(now - keepMs * KEEP_SHARE[group]);
    const sql = `SELECT total(${SPAN}) AS frames FROM frames f WHERE f.n <= ? AND ${GROUP_CONDITION[group]} AND ${UNPINNED}`;
    return Number(this.#statements.get(sql).get(until)?.['frames']);
  }

  async #remove(group: KeepGroup, until: number, pause: PauseBetween): Promise<number> {
    const find = this.#statements.get(
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

  /** Place of the last frame before a time: frames lie in the order in which they came. */
  #placeBefore(at: number): number {
    const atPlace = this.#statements.get('SELECT n, at FROM frames WHERE n >= ? ORDER BY n LIMIT 1');
    let low = 0;
    let high = Number(this.#statements.get('SELECT max(n) AS n FROM frames').get()?.['n'] ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = atPlace.get(middle);
      if (row && Number(row['at']) < at) low = Number(row['n']) + 1;
      else high = middle;
    }
    return low - 1;
  }
}

const UNPINNED = `NOT EXISTS (SELECT 1 FROM pins p WHERE p.n BETWEEN f.n AND f.n + ${SPAN} - 1)`;
/** Whether a frame has to go; its bytes then count as given up. Frames are asked about from the first on. */
function isPast({ party, age, bytes, isPinned }: WeighedFrame, parties: ReadonlyMap<number, Excess>): boolean {
  if (isPinned) return false;
  const excess = parties.get(party);
  if (age < 1 && (!excess || excess.bytes <= 0 || age < excess.age)) return false;
  if (excess) excess.bytes -= bytes;
  return true;
}

function getOrMake(parties: Map<number, BytesByAge>, party: number): BytesByAge {
  const known = parties.get(party);
  if (known) return known;
  const made = new BytesByAge();
  parties.set(party, made);
  return made;
}
