import type { DatabaseSync } from 'node:sqlite';
import { nameMatcher } from '../protocol/query/name-match.ts';
import { BLOCK, BlockFacts } from './block-facts.ts';
import type { Launches } from './launches.ts';
import {
  frameCondition,
  type FrameCondition,
  type FrameFilter,
  type QueryNames,
  type StreamTerm,
  type BoundValues,
} from './query-sql.ts';
import { spanOf, type FrameOfStream, streamFrames } from './streams.ts';
import { Statements } from './statements.ts';

/** How many places are looked at before the clock is: bodies cost more than columns. */
const SLICE = { columns: 50_000, bodies: 4_000 } as const;
/** How long one answer may search, in ms: the thread writes frames meanwhile not, and the person sees how far it is. */
const BUDGET_MS = 100;

export interface FoundFrames {
  /** Places of frames that match, in the order that was asked for. */
  readonly places: readonly number[];
  /** The last place that was looked at. */
  readonly reached: number;
  /** Whether there are places beyond it. */
  readonly more: boolean;
}

export interface SearchRange {
  /** Only places before (newest first) or after (oldest first) this one. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
}

/** Finds frames by filters. A long search is answered in parts, each of which says how far it came. */
export class FrameSearch {
  readonly #facts: BlockFacts;
  readonly #names: QueryNames;
  readonly #statements: Statements;

  constructor(db: DatabaseSync, launches: Pick<Launches, 'placeOf'>, facts = new BlockFacts(db)) {
    this.#statements = new Statements(db, MOST_STATEMENTS);
    this.#facts = facts;
    this.#names = lookupIn(db, (id) => launches.placeOf(id));
  }

  /** Places of the frames of some rows that match, in order. */
  among(rows: readonly number[], { terms, now }: FrameFilter): number[] {
    const condition = frameCondition(terms, this.#names, now);
    if (condition.isEmpty || rows.length === 0) return [];
    const where = condition.sql === '' ? '' : `AND ${condition.sql}`;
    const statement = this.#statements.get(
      `${selectOf(condition)} WHERE f.n IN (SELECT value FROM json_each($rows)) ${where} ORDER BY f.n`,
    );
    const range: BoundValues = condition.sql.includes('$lo') ? { $lo: Math.min(...rows), $hi: Math.max(...rows) } : {};
    const found = statement.all({ ...condition.values, ...range, $rows: JSON.stringify(rows) });
    return found.flatMap((row) => placesOf(row, condition.ofStreams));
  }

  /** Places of the oldest and the newest frame; 0 without any. */
  ends(): { readonly oldest: number; readonly newest: number } {
    const oldest = this.#statements.get('SELECT min(n) AS n FROM frames').get();
    const newest = this.#statements.get('SELECT n, streams FROM frames ORDER BY n DESC LIMIT 1').get();
    return {
      oldest: Number(oldest?.['n'] ?? 0),
      newest: newest ? Number(newest['n']) + spanOf(newest['streams']) - 1 : 0,
    };
  }

  /**
   * Places that match, from an end or a place on; what was found so far when its time is up.
   *
   * @param clock ms on any clock that does not jump
   */
  find(filter: FrameFilter, { before, after, limit }: SearchRange, clock: () => number): FoundFrames {
    const condition = frameCondition(filter.terms, this.#names, filter.now);
    const { oldest, newest } = this.ends();
    const isBackward = after === undefined;
    const [from, end] = isBackward ? [Math.min(before ?? Infinity, newest + 1) - 1, oldest] : [after + 1, newest];
    if (condition.isEmpty || oldest === 0) return { places: [], reached: end, more: false };
    if (condition.place !== undefined) {
      const [first, last] = isBackward ? [end, from] : [from, end];
      const places = this.among([this.#rowAt(condition.place)], filter);
      return { places: places.filter((place) => place >= first && place <= last), reached: end, more: false };
    }
    const until = clock() + BUDGET_MS;
    const places: number[] = [];
    /** Takes what matches of some rows; whether that is enough. */
    const take = (lo: number, hi: number): boolean => {
      for (const place of this.#slice(condition, { lo, hi, isBackward })) {
        if (isBackward ? place > from : place < from) continue;
        if (places.push(place) === limit) return true;
      }
      return false;
    };
    const full = (): FoundFrames => ({ places, reached: places.at(-1) ?? end, more: places.at(-1) !== end });
    for (let at = isBackward ? from : this.#rowAt(from); isBackward ? at >= end : at <= end;) {
      const block = Math.floor(at / BLOCK);
      const [first, last] = sliceAt(at, condition);
      const [lo, hi] = isBackward ? [Math.max(end, first), at] : [at, Math.min(end, last)];
      if (this.#facts.mayHave(block, condition.ofBlock) && take(lo, hi)) return full();
      at = isBackward ? lo - 1 : hi + 1;
      const isOver = isBackward ? at < end : at > end;
      if (isOver || clock() < until) continue;
      // The next part begins between two rows.
      const reached = isBackward ? this.#rowAt(lo) : Math.min(end, this.#rowBehind(hi) - 1);
      if (isBackward && reached < lo && take(reached, lo - 1)) return full();
      return { places, reached, more: reached !== end };
    }
    return { places, reached: end, more: false };
  }

  /** Places of rows from `lo` to `hi` that match. */
  *#slice(
    condition: FrameCondition,
    { lo, hi, isBackward }: { lo: number; hi: number; isBackward: boolean },
  ): Generator<number> {
    const where = condition.sql === '' ? '' : ` AND ${condition.sql}`;
    const order = isBackward ? 'DESC' : 'ASC';
    const statement = this.#statements.get(
      `${selectOf(condition)} WHERE f.n BETWEEN $lo AND $hi${where} ORDER BY f.n ${order}`,
    );
    for (const row of statement.iterate({ ...condition.values, $lo: lo, $hi: hi })) {
      if (row['streams'] === null) yield Number(row['n']);
      else {
        const places = placesOf(row, condition.ofStreams);
        yield* isBackward ? places.toReversed() : places;
      }
    }
  }

  /** The row that has a place, or the last one before it. */
  #rowAt(place: number): number {
    const row = this.#statements.get('SELECT n FROM frames WHERE n <= ? ORDER BY n DESC LIMIT 1').get(place);
    return Number(row?.['n'] ?? place);
  }

  /** The first row behind a place. */
  #rowBehind(place: number): number {
    const row = this.#statements.get('SELECT n FROM frames WHERE n > ? ORDER BY n LIMIT 1').get(place);
    return Number(row?.['n'] ?? Infinity);
  }
}

/** The places around one that are looked at in one go: where blocks may be passed over, those of its block. */
function sliceAt(place: number, { readsBodies, ofBlock }: FrameCondition): readonly [first: number, last: number] {
  const first = Math.floor(place / BLOCK) * BLOCK;
  if (ofBlock.length > 0) return [first, first + BLOCK - 1];
  const slice = readsBodies ? SLICE.bodies : SLICE.columns;
  return [place - slice + 1, place + slice - 1];
}

/** Rows with what is needed to tell their streams apart. */
function selectOf({ ofStreams }: FrameCondition): string {
  const terms = ofStreams.map(({ sql }, at) => `, (${sql}) AS term${at}`);
  return `SELECT f.n, f.streams${terms.join('')} FROM frames f`;
}

/** Places of the frames that a row of {@link selectOf} stands for, and that match. */
function placesOf(row: Record<string, unknown>, terms: readonly StreamTerm[]): number[] {
  const { n, streams } = row;
  if (!(streams instanceof Uint8Array)) return [Number(n)];
  const holds = (frame: FrameOfStream): boolean =>
    terms.every(({ columns, ids, place, isNegated }, at) => {
      const isSo = row[`term${at}`] === 1 || frame.place === place || columns.some((column) => ids.has(frame[column]));
      return isSo !== isNegated;
    });
  const frames = streamFrames(Number(n), streams);
  return (terms.length === 0 ? frames : frames.filter(holds)).map(({ place }) => place);
}

/** Prepared statements that are kept: filters differ in their form more seldom than in their values. */
const MOST_STATEMENTS = 64;
/** Most names that one token stands for. */
const MOST_IDS = 10_000;

/** Looks names up in the table of names. */
function lookupIn(db: DatabaseSync, placeOf: QueryNames['placeOf']): QueryNames {
  const exact = db.prepare('SELECT id FROM names WHERE text = ?');
  const fold = db.prepare("SELECT id, text FROM names WHERE text LIKE ? ESCAPE '\\' LIMIT ?");
  // Ids of keys, and of agents under them: a range of the index.
  const parties = db.prepare("SELECT id, text FROM names WHERE text >= 'key_' AND text < 'key`'");
  const idsOf = (rows: Iterable<Record<string, unknown>>): readonly number[] => [...rows].map(({ id }) => Number(id));
  const having = (text: string, fits: (name: string) => boolean): readonly number[] =>
    idsOf(
      fold
        .all(`%${text.replaceAll(/[\\%_]/gu, (char) => `\\${char}`)}%`, MOST_IDS)
        .filter((row) => fits(String(row['text']))),
    );
  return {
    placeOf,
    of: (names) => names.flatMap((name) => idsOf(exact.all(name))),
    having: (text) => having(text, () => true),
    like: (written) => {
      // The longest part without a wildcard finds the candidates.
      const [longest = ''] = written.split('*').toSorted((one, other) => other.length - one.length);
      return having(longest, nameMatcher(written));
    },
    agentsLike: (written) => {
      const fits = nameMatcher(written);
      return idsOf(
        parties.all().filter((row) => {
          const name = String(row['text']);
          return fits(name) || fits(name.slice(name.indexOf('/') + 1));
        }),
      );
    },
  };
}
