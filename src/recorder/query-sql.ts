import { type BlockTest, type MarkedFact, type Measured, rpcMark } from './block-facts.ts';
import type { QueryTerm } from '../protocol/query/ast.ts';
import { whenIs } from '../protocol/query/read-time.ts';
import { frameKinds, frameOutcomes } from '../protocol/frame-record.ts';
import { wires, STATELESS } from '../protocol/wire-names.ts';

/** What stands in SQL as `$name`. */
export type BoundValues = Record<string, string | number>;

/** A filter as a condition on a row `f` of `frames`; see frame-schema.ts for its columns. */
export interface FrameCondition {
  /** True of the frames that are looked for. `$lo` and `$hi` are the places between which frames are looked at. */
  readonly sql: string;
  readonly values: BoundValues;
  /** No frame can be like that. */
  readonly isEmpty: boolean;
  /** It looks into bodies: some hundred times slower than the columns of a frame. */
  readonly readsBodies: boolean;
  /**
   * What differs among the frames of a row that stands for many (`f.streams`): `sql` is true of such a row where its
   * other columns are as they should be, and each of these has to hold of a frame besides.
   */
  readonly ofStreams: readonly StreamTerm[];
  /** What holds of a block of places that has such a frame. */
  readonly ofBlock: readonly BlockTest[];
  /** The only place that a frame may have. */
  readonly place: number | undefined;
}

/** Columns that each stream of a row has for itself. */
export type StreamColumn = 'session' | 'key' | 'agent' | 'wire';

/** Holds of a frame of a stream where `sql` holds of its row, a column has one of the ids, or it has the place. */
export interface StreamTerm extends StreamTest {
  readonly sql: string;
  readonly isNegated: boolean;
}

export interface StreamTest {
  readonly columns: readonly StreamColumn[];
  readonly ids: ReadonlySet<number>;
  readonly place?: number | undefined;
  /** Whether columns of the row can make it true as well. */
  readonly orRow: boolean;
}

/** What the compiler has to look up. */
export interface QueryNames {
  /** Numbers of the names that a token's value is like, with `*` for any characters; case does not matter. */
  readonly like: (written: string) => readonly number[];
  /** The same of agents: `key_…/name` is like `name`. */
  readonly agentsLike: (written: string) => readonly number[];
  /** Numbers of the names that have a text in them. */
  readonly having: (text: string) => readonly number[];
  /** Numbers of these very names. */
  readonly of: (names: readonly string[]) => readonly number[];
  /** The place of a frame by its id. */
  readonly placeOf: (frameId: string) => number | undefined;
}

/** A filter, as the recorder's thread is asked. */
export interface FrameFilter {
  readonly terms: readonly FrameTerm[];
  /** Ms since the epoch when it was asked, for spans before now. */
  readonly now: number;
}

/** A token, and the ids of what the hub knows by the name in it: keys, agents (`key_…/name`) or workspaces. */
export type FrameTerm = QueryTerm & { readonly ids?: readonly string[] | undefined };

interface SqlPart {
  readonly sql: string;
  /** No frame can be like that. */
  readonly isNever?: boolean;
  readonly readsBodies?: boolean;
  readonly ofStream?: StreamTest;
  readonly ofBlock?: BlockTest | undefined;
}

/**
 * Makes a condition of a filter's tokens. Values are parameters, all of them: nothing that a person wrote is in the SQL.
 *
 * @param now ms since the epoch, for spans before now
 */
export function frameCondition(terms: readonly FrameTerm[], names: QueryNames, now: number): FrameCondition {
  const bound = new Bound();
  const parts = terms.map((term) => {
    const part = partOf(term, names, bound, now);
    const holds = `(${part.sql}) IS ${term.isNegated ? 'NOT ' : ''}TRUE`;
    const sql = part.ofStream ? `(f.streams IS NOT NULL OR ${holds})` : holds;
    const row = part.ofStream?.orRow === true ? `f.streams IS NOT NULL AND (${part.sql}) IS TRUE` : '0';
    const streamTerms = part.ofStream ? [{ ...part.ofStream, sql: row, isNegated: term.isNegated }] : [];
    const blockTests = part.ofBlock && !term.isNegated ? [part.ofBlock] : [];
    return { ...part, sql, streamTerms, blockTests, isNever: part.isNever === true && !term.isNegated };
  });
  return {
    // What reads bodies is looked at last, where the other tokens hold.
    sql: parts
      .toSorted((one, other) => Number(one.readsBodies ?? false) - Number(other.readsBodies ?? false))
      .map(({ sql }) => sql)
      .join(' AND '),
    values: bound.values,
    isEmpty: parts.some(({ isNever }) => isNever),
    readsBodies: parts.some(({ readsBodies }) => readsBodies),
    ofStreams: parts.flatMap(({ streamTerms }) => streamTerms),
    ofBlock: parts.flatMap(({ blockTests }) => blockTests),
    place: parts.flatMap(({ streamTerms }) => streamTerms).find((one) => one.place !== undefined && !one.isNegated)
      ?.place,
  };
}

function partOf(term: FrameTerm, names: QueryNames, bound: Bound, now: number): SqlPart {
  const { key, value } = term;
  if (value.kind === 'amount') {
    const column = columnOf(key);
    return { sql: amountSql(`f.${column}`, value, bound), ofBlock: amountTest(column, value) };
  }
  if (value.kind !== 'text') {
    const at = whenIs(value, now);
    const [least, most] = key === 'after' ? [at, Infinity] : [-Infinity, at];
    return { sql: `f.at ${key === 'after' ? '>=' : '<'} ${bound.add(at)}`, ofBlock: { column: 'at', least, most } };
  }
  const { text } = value;
  const known = (like: readonly number[]): readonly number[] => [...like, ...names.of(term.ids ?? [])];
  switch (key) {
    case 'agent':
    case 'involving':
      return oneOfStream('agent', known(names.agentsLike(text)), bound);
    case 'by': {
      // What goes to many streams comes from none of them.
      const part = oneOf('agent', known(names.agentsLike(text)), bound, 'sender');
      return { ...part, sql: `f.direction = 0 AND ${part.sql}` };
    }
    case 'key':
      return oneOfStream('key', known(names.like(text)), bound);
    case 'ws':
      return oneOf('workspace', known(names.like(text)), bound);
    case 'session':
      return oneOfStream('session', names.like(text), bound);
    case 'method':
    case 'tool':
      return oneOf(key, names.like(text), bound);
    case 'type': {
      const part = oneOf('subject', [...names.like(text), ...names.like(`${text}.*`)], bound, 'type');
      return { ...part, sql: `f.seq IS NOT NULL AND ${part.sql}` };
    }
    case 'wire':
      return wirePart(wires.indexOf(text === 'stateless' ? STATELESS : wireOf(text)));
    case 'dir':
      return oneValue('direction', text === 'in' ? 0 : 1);
    case 'kind':
      return oneValue(
        'kind',
        frameKinds.findIndex((kind) => kind === text),
      );
    case 'outcome':
      return oneValue(
        'outcome',
        frameOutcomes.findIndex((outcome) => outcome === text),
      );
    case 'has':
      return {
        sql: `f.outcome >= ${frameOutcomes.indexOf('error')} OR f.code IS NOT NULL`,
        ofBlock: { column: 'failed', values: [1] },
      };
    case 'id':
      return idPart(text, names, bound);
    case 'text':
      return textPart(likePattern(text), names.having(text), bound);
    default:
      // A lock, a job, a file or a path: what the message says.
      return textPart(likePattern(text).replaceAll(/\*+/gu, '%'), names.like(text), bound);
  }
}

function wireOf(text: string): 'sse' | 'streamable' {
  return text === 'sse' ? 'sse' : 'streamable';
}

/** A frame's own id, or that of its JSON-RPC request. */
function idPart(text: string, names: QueryNames, bound: Bound): SqlPart {
  const place = names.placeOf(text);
  if (place !== undefined) {
    return { sql: `f.n = ${bound.add(place)}`, ofStream: { columns: [], ids: new Set(), place, orRow: false } };
  }
  const number = /^-?\d{1,15}$/u.test(text) ? ` OR f.rpc = ${bound.add(Number(text))}` : '';
  const values = [rpcMark(text), rpcMark(Number(text))];
  return { sql: `f.rpc = ${bound.add(text)}${number}`, ofBlock: { column: 'rpc', values } };
}

function oneValue(column: 'direction' | 'kind' | 'outcome' | 'wire', value: number): SqlPart {
  return { sql: `f.${column} = ${value}`, ofBlock: { column, values: [value] } };
}

/** @param marked what blocks call it */
function oneOf(column: MarkedFact, ids: readonly number[], bound: Bound, marked: MarkedFact = column): SqlPart {
  const values = [...new Set(ids)];
  const [only, ...others] = values;
  if (only === undefined) return { sql: '0', isNever: true };
  const ofBlock = { column: marked, values };
  return others.length === 0
    ? { sql: `f.${column} = ${bound.add(only)}`, ofBlock }
    : { sql: `f.${column} IN (SELECT value FROM json_each(${bound.add(JSON.stringify(values))}))`, ofBlock };
}

/** The same where each stream of a row has its own. */
function oneOfStream(column: StreamColumn, ids: readonly number[], bound: Bound): SqlPart {
  const part = oneOf(column, ids, bound);
  return part.isNever === true ? part : { ...part, ofStream: { columns: [column], ids: new Set(ids), orRow: false } };
}

function wirePart(wire: number): SqlPart {
  return { ...oneValue('wire', wire), ofStream: { columns: ['wire'], ids: new Set([wire]), orRow: false } };
}

/**
 * Frames that say a text: in a name, in a head, or in a body. Bodies between the places are searched once, however
 * many frames have them; a body that came earlier is looked at for each.
 */
function textPart(pattern: string, ids: readonly number[], bound: Bound): SqlPart {
  const like = bound.add(pattern);
  const says = (column: string): string => `CAST(${column} AS TEXT) LIKE ${like} ESCAPE '\\'`;
  const list = ids.length === 0 ? '' : bound.add(JSON.stringify(ids));
  const named = list === '' ? [] : ['method', 'tool', 'subject', 'agent', 'session', 'key', 'workspace'];
  const bodies = `(SELECT id FROM bodies WHERE id BETWEEN 2 * $lo AND 2 * $hi + 1 AND ${says('bytes')})`;
  const parts = [
    ...named.map((column) => `f.${column} IN (SELECT value FROM json_each(${list}))`),
    `f.body IN ${bodies}`,
    `f.kind = 0 AND f.body + 1 IN ${bodies}`,
    `f.body < 2 * $lo AND EXISTS (SELECT 1 FROM bodies b WHERE b.id = f.body AND ${says('b.bytes')})`,
    `f.kind = 0 AND f.n IN (SELECT n FROM heads WHERE n BETWEEN $lo AND $hi AND (${says('request')} OR ${says('response')}))`,
  ];
  const sql = parts.map((part) => `(${part})`).join(' OR ');
  if (ids.length === 0) return { sql, readsBodies: true };
  return { sql, readsBodies: true, ofStream: { columns: ['session', 'key', 'agent'], ids: new Set(ids), orRow: true } };
}

/** A text as part of any other, for LIKE. */
function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/gu, (char) => `\\${char}`)}%`;
}

function columnOf(key: FrameTerm['key']): Measured | 'status' {
  switch (key) {
    case 'size':
    case 'seq':
      return key;
    case 'took':
      return 'latency';
    default:
      return 'status';
  }
}

/** HTTP statuses are few: each is looked for. */
const MOST_STATUSES = 1_000;

function amountTest(
  column: Measured | 'status',
  { least = -Infinity, most = Infinity }: { readonly least?: number; readonly most?: number },
): BlockTest | undefined {
  if (column !== 'status') return { column, least, most };
  const [from, to] = [Math.max(0, Math.ceil(least)), Math.min(MOST_STATUSES, Math.floor(most))];
  if (to < from) return undefined;
  return { column, values: Array.from({ length: to - from + 1 }, (_, at) => from + at) };
}

function amountSql(
  column: string,
  { least, most, isOpen }: Extract<QueryTerm['value'], { readonly kind: 'amount' }>,
  bound: Bound,
): string {
  const orEqual = isOpen ? '' : '=';
  const from = least === undefined ? [] : [`${column} >${orEqual} ${bound.add(least)}`];
  const to = most === undefined ? [] : [`${column} <${orEqual} ${bound.add(most)}`];
  return [...from, ...to].join(' AND ');
}

/** The parameters of a statement. */
class Bound {
  readonly values: BoundValues = {};

  /** Adds a value; its name for the SQL. */
  add(value: string | number): string {
    const name = `$p${Object.keys(this.values).length}`;
    this.values[name] = value;
    return name;
  }
}
