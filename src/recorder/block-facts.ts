import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { frameOutcomes } from '../protocol/frame-record.ts';
import { streamFrames } from './streams.ts';

/** Places of a block. */
export const BLOCK = 4_096;

/** What a block may be asked for: that a frame has one of some values in a column. Stored by its place: append only. */
const MARKED = [
  'session',
  'key',
  'agent',
  'sender',
  'workspace',
  'method',
  'tool',
  'subject',
  'type',
  'kind',
  'outcome',
  'wire',
  'direction',
  'failed',
  'rpc',
  'status',
] as const;
export type MarkedFact = (typeof MARKED)[number];
/** Columns of which a block has the least and the greatest value. */
const MEASURED = ['at', 'size', 'latency', 'seq'] as const;
export type Measured = (typeof MEASURED)[number];

/** What has to be so in a block of which a token may find a frame. */
export type BlockTest =
  | { readonly column: MarkedFact; readonly values: readonly number[] }
  | { readonly column: Measured; readonly least: number; readonly most: number };

/** Outcomes from here on are failures. */
const FAILED = frameOutcomes.indexOf('error');

/** A mark is a value and its column in one number, so that a block has one sorted list of them. */
const mark = (value: number, column: number): number => value * MARKED.length + column;
/** Values above would not fit; ids of names do not grow so large. */
const MOST_VALUE = Math.floor(0xffff_ffff / MARKED.length) - 1;

/** A JSON-RPC id as a number that other ids may have too. */
export function rpcMark(rpc: number | string): number {
  let hash = 2_166_136_261;
  for (const char of String(rpc)) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return (hash >>> 0) % MOST_VALUE;
}

/**
 * Which values the frames of a block of places have in their columns. A search passes over blocks in which it finds
 * nothing. The index costs nothing while frames come, as it is made when there is time ({@link BlockFacts.make}). A
 * block without facts is searched.
 */
export class BlockFacts {
  readonly #db: DatabaseSync;
  readonly #of: StatementSync;
  readonly #drop: StatementSync;
  readonly #rows: StatementSync;
  /** Blocks that have facts. */
  readonly #made: Set<number>;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#of = db.prepare('SELECT facts FROM blocks WHERE block = ?');
    this.#drop = db.prepare('DELETE FROM blocks WHERE block = ?');
    this.#rows = db.prepare(
      `SELECT n, at, size, latency, seq, session, key, agent, workspace, method, tool, subject, kind, outcome, wire,
       direction, code IS NOT NULL AS coded, rpc, status, streams FROM frames WHERE n BETWEEN ? AND ?`,
    );
    const blocks = db.prepare('SELECT block FROM blocks').all();
    this.#made = new Set(blocks.map(({ block }) => Number(block)));
  }

  /** A frame was written or has changed: what is known of its block is not so any more. */
  changed(place: number): void {
    const block = Math.floor(place / BLOCK);
    if (this.#made.delete(block)) this.#drop.run(block);
  }

  /** Whether a frame of a block may be like that. */
  mayHave(block: number, tests: readonly BlockTest[]): boolean {
    if (tests.length === 0 || !this.#made.has(block)) return true;
    const facts = this.#of.get(block)?.['facts'];
    return !(facts instanceof Uint8Array) || tests.every((test) => mayHold(facts, test));
  }

  /** Makes the facts of one block that has none, newest first, of those before `newest`; false where all have them. */
  make(oldest: number, newest: number): boolean {
    for (let block = Math.floor(newest / BLOCK) - 1; block >= Math.floor(oldest / BLOCK); block -= 1) {
      if (this.#made.has(block)) continue;
      const rows = this.#rows.all(block * BLOCK, block * BLOCK + BLOCK - 1);
      this.#db.prepare('INSERT OR REPLACE INTO blocks (block, facts) VALUES (?, ?)').run(block, factsOf(rows));
      this.#made.add(block);
      return true;
    }
    return false;
  }

  /** Forgets the facts of blocks before a place: their frames were removed. */
  removeBefore(place: number): void {
    const block = Math.floor(place / BLOCK);
    this.#db.prepare('DELETE FROM blocks WHERE block < ?').run(block);
    for (const made of this.#made) if (made < block) this.#made.delete(made);
  }
}

function mayHold(facts: Uint8Array, test: BlockTest): boolean {
  const bytes = facts.byteOffset % 8 === 0 ? facts : facts.slice();
  if ('least' in test) {
    const range = new Float64Array(bytes.buffer, bytes.byteOffset, 2 * MEASURED.length);
    const at = 2 * MEASURED.indexOf(test.column);
    return (range[at] ?? 0) <= test.most && (range[at + 1] ?? 0) >= test.least;
  }
  const marks = new Uint32Array(bytes.buffer, bytes.byteOffset + HEAD_BYTES, (bytes.byteLength - HEAD_BYTES) / 4);
  const column = MARKED.indexOf(test.column);
  return test.values.some((value) => value > MOST_VALUE || has(marks, mark(value, column)));
}

const HEAD_BYTES = 16 * MEASURED.length;

function has(marks: Uint32Array, wanted: number): boolean {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return marks[low] === wanted;
}

function factsOf(rows: readonly Record<string, unknown>[]): Uint8Array {
  const range = new Float64Array(2 * MEASURED.length);
  for (let at = 0; at < range.length; at += 2) range.set([Infinity, -Infinity], at);
  const marks = new Set<number>();
  const add = (column: MarkedFact, value: unknown): void => {
    if (typeof value === 'number' && value >= 0 && value <= MOST_VALUE) marks.add(mark(value, MARKED.indexOf(column)));
  };
  for (const row of rows) {
    for (const [at, column] of MEASURED.entries()) {
      const value = row[column];
      if (typeof value !== 'number') continue;
      range[2 * at] = Math.min(range[2 * at] ?? value, value);
      range[2 * at + 1] = Math.max(range[2 * at + 1] ?? value, value);
    }
    for (const column of SAME) add(column, row[column]);
    if (row['direction'] === 0) add('sender', row['agent']);
    if (row['seq'] !== null) add('type', row['subject']);
    if (row['coded'] === 1 || Number(row['outcome']) >= FAILED) add('failed', 1);
    const { rpc, streams } = row;
    if (typeof rpc === 'number' || typeof rpc === 'string') add('rpc', rpcMark(rpc));
    if (!(streams instanceof Uint8Array)) continue;
    for (const frame of streamFrames(Number(row['n']), streams)) {
      for (const column of ['session', 'key', 'agent', 'wire'] as const) add(column, frame[column]);
    }
  }
  const sorted = Uint32Array.from(marks).toSorted();
  const facts = new Uint8Array(HEAD_BYTES + 4 * sorted.length);
  facts.set(new Uint8Array(range.buffer));
  facts.set(new Uint8Array(sorted.buffer), HEAD_BYTES);
  return facts;
}

/** Marks that are columns of the row. */
const SAME = [
  ...(['session', 'key', 'agent', 'workspace', 'method', 'tool', 'subject', 'kind'] as const),
  ...(['outcome', 'wire', 'direction', 'status'] as const),
];
