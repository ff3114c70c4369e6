import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { nameMatcher } from '../protocol/query/name-match.ts';
import type { Launches } from './launches.ts';
import { frameCondition, type FrameCondition, type FrameFilter, type NameLookup, type Values } from './query-sql.ts';

/** How many places are looked at before the clock is: bodies cost more than columns. */
const SLICE = { columns: 50_000, bodies: 4_000 } as const;
/** How long one answer may search, in ms: the thread writes frames meanwhile not, and the person sees how far it is. */
const BUDGET_MS = 100;

export interface Found {
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
  readonly #db: DatabaseSync;
  readonly #names: NameLookup;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, launches: Pick<Launches, 'placeOf'>) {
    this.#db = db;
    this.#names = lookupIn(db, (id) => launches.placeOf(id));
  }

  /** The condition, with all its parameters, for frames that are read by their places. */
  condition({ terms, now }: FrameFilter, places: readonly number[]): Pick<FrameCondition, 'sql' | 'values'> {
    const { sql, values } = frameCondition(terms, this.#names, now);
    const range: Values = sql.includes('$lo') ? { $lo: Math.min(...places), $hi: Math.max(...places) } : {};
    return { sql, values: { ...values, ...range } };
  }

  /** Places of the oldest and the newest frame; 0 without any. */
  ends(): { readonly oldest: number; readonly newest: number } {
    const row = this.#db
      .prepare('SELECT (SELECT min(n) FROM frames) AS oldest, (SELECT max(n) FROM frames) AS newest')
      .get();
    return { oldest: Number(row?.['oldest'] ?? 0), newest: Number(row?.['newest'] ?? 0) };
  }

  /**
   * Places that match, from an end or a place on; what was found so far when its time is up.
   *
   * @param clock ms on any clock that does not jump
   */
  find(filter: FrameFilter, { before, after, limit }: SearchRange, clock: () => number): Found {
    const condition = frameCondition(filter.terms, this.#names, filter.now);
    const { oldest, newest } = this.ends();
    const isBackward = after === undefined;
    const [from, end] = isBackward ? [Math.min(before ?? Infinity, newest + 1) - 1, oldest] : [after + 1, newest];
    if (condition.isEmpty || oldest === 0) return { places: [], reached: end, more: false };
    const slice = condition.readsBodies ? SLICE.bodies : SLICE.columns;
    const until = clock() + BUDGET_MS;
    const places: number[] = [];
    for (let at = from; isBackward ? at >= end : at <= end;) {
      const [lo, hi] = isBackward ? [Math.max(end, at - slice + 1), at] : [at, Math.min(end, at + slice - 1)];
      const room = limit - places.length;
      const found = this.#slice(condition, { lo, hi, room, isBackward });
      places.push(...found);
      const last = places.at(-1);
      if (found.length === room && last !== undefined) return { places, reached: last, more: last !== end };
      at = isBackward ? lo - 1 : hi + 1;
      const isOver = isBackward ? at < end : at > end;
      if (!isOver && clock() >= until) return { places, reached: isBackward ? lo : hi, more: true };
    }
    return { places, reached: end, more: false };
  }

  #slice(
    { sql, values }: FrameCondition,
    { lo, hi, room, isBackward }: { lo: number; hi: number; room: number; isBackward: boolean },
  ): readonly number[] {
    const where = sql === '' ? '' : ` AND ${sql}`;
    const order = isBackward ? 'DESC' : 'ASC';
    const text = `SELECT f.n FROM frames f WHERE f.n BETWEEN $lo AND $hi${where} ORDER BY f.n ${order} LIMIT $room`;
    let statement = this.#statements.get(text);
    if (!statement) {
      if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    const rows = statement.all({ ...values, $lo: lo, $hi: hi, $room: room });
    return rows.map((row) => Number(row['n']));
  }
}

/** Prepared statements that are kept: filters differ in their form more seldom than in their values. */
const MOST_STATEMENTS = 64;
/** Most names that one token stands for. */
const MOST_IDS = 10_000;

/** Looks names up in the table of names. */
function lookupIn(db: DatabaseSync, placeOf: NameLookup['placeOf']): NameLookup {
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
