import type { QueryTerm } from '../protocol/query/ast.ts';
import { whenIs } from '../protocol/query/times.ts';
import { frameKinds, frameOutcomes, frameWires } from '../protocol/frames/frame-record.ts';

/** What stands in SQL as `$name`. */
export type Values = Record<string, string | number>;

/** A filter as a condition on a row `f` of `frames`; see schema.ts for its columns. */
export interface FrameCondition {
  /** True of the frames that are looked for. `$lo` and `$hi` are the places between which frames are looked at. */
  readonly sql: string;
  readonly values: Values;
  /** No frame can be like that. */
  readonly isEmpty: boolean;
  /** It looks into bodies: some hundred times slower than the columns of a frame. */
  readonly readsBodies: boolean;
}

/** What the compiler has to look up. */
export interface NameLookup {
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

interface Part {
  readonly sql: string;
  /** No frame can be like that. */
  readonly isNever?: boolean;
  readonly readsBodies?: boolean;
}

/**
 * Makes a condition of a filter's tokens. Values are parameters, all of them: nothing that a person wrote is in the SQL.
 *
 * @param now ms since the epoch, for spans before now
 */
export function frameCondition(terms: readonly FrameTerm[], names: NameLookup, now: number): FrameCondition {
  const bound = new Bound();
  const parts = terms.map((term) => {
    const part = partOf(term, names, bound, now);
    const sql = `(${part.sql}) IS ${term.isNegated ? 'NOT ' : ''}TRUE`;
    return { ...part, sql, isNever: part.isNever === true && !term.isNegated };
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
  };
}

function partOf(term: FrameTerm, names: NameLookup, bound: Bound, now: number): Part {
  const { key, value } = term;
  if (value.kind === 'amount') return { sql: amountSql(columnOf(key), value, bound) };
  if (value.kind !== 'text') {
    return { sql: `f.at ${key === 'after' ? '>=' : '<'} ${bound.add(whenIs(value, now))}` };
  }
  const { text } = value;
  const known = (like: readonly number[]): readonly number[] => [...like, ...names.of(term.ids ?? [])];
  switch (key) {
    case 'agent':
    case 'involving':
      return oneOf('f.agent', known(names.agentsLike(text)), bound);
    case 'by': {
      const part = oneOf('f.agent', known(names.agentsLike(text)), bound);
      return { ...part, sql: `f.direction = 0 AND ${part.sql}` };
    }
    case 'key':
      return oneOf('f.key', known(names.like(text)), bound);
    case 'ws':
      return oneOf('f.workspace', known(names.like(text)), bound);
    case 'session':
    case 'method':
    case 'tool':
      return oneOf(`f.${key}`, names.like(text), bound);
    case 'type': {
      const part = oneOf('f.subject', [...names.like(text), ...names.like(`${text}.*`)], bound);
      return { ...part, sql: `f.seq IS NOT NULL AND ${part.sql}` };
    }
    case 'wire':
      return { sql: `f.wire = ${frameWires.indexOf(text === 'stateless' ? 'modern' : wireOf(text))}` };
    case 'dir':
      return { sql: `f.direction = ${text === 'in' ? 0 : 1}` };
    case 'kind':
      return { sql: `f.kind = ${frameKinds.findIndex((kind) => kind === text)}` };
    case 'outcome':
      return { sql: `f.outcome = ${frameOutcomes.findIndex((outcome) => outcome === text)}` };
    case 'has':
      return { sql: `f.outcome >= ${frameOutcomes.indexOf('error')} OR f.code IS NOT NULL` };
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
function idPart(text: string, names: NameLookup, bound: Bound): Part {
  const place = names.placeOf(text);
  if (place !== undefined) return { sql: `f.n = ${bound.add(place)}` };
  const number = /^-?\d{1,15}$/u.test(text) ? ` OR f.rpc = ${bound.add(Number(text))}` : '';
  return { sql: `f.rpc = ${bound.add(text)}${number}` };
}

function oneOf(column: string, ids: readonly number[], bound: Bound): Part {
  const distinct = [...new Set(ids)];
  const [only, ...others] = distinct;
  if (only === undefined) return { sql: '0', isNever: true };
  return others.length === 0
    ? { sql: `${column} = ${bound.add(only)}` }
    : { sql: `${column} IN (SELECT value FROM json_each(${bound.add(JSON.stringify(distinct))}))` };
}

/**
 * Frames that say a text: in a name, in a head, or in a body. Bodies between the places are searched once, however
 * many frames have them; a body that came earlier is looked at for each.
 */
function textPart(pattern: string, ids: readonly number[], bound: Bound): Part {
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
  return { sql: parts.map((part) => `(${part})`).join(' OR '), readsBodies: true };
}

/** A text as part of any other, for LIKE. */
function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/gu, (char) => `\\${char}`)}%`;
}

function columnOf(key: FrameTerm['key']): string {
  switch (key) {
    case 'size':
      return 'f.size';
    case 'took':
      return 'f.latency';
    case 'seq':
      return 'f.seq';
    default:
      return 'f.status';
  }
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
  readonly values: Values = {};

  /** Adds a value; its name for the SQL. */
  add(value: string | number): string {
    const name = `$p${Object.keys(this.values).length}`;
    this.values[name] = value;
    return name;
  }
}
