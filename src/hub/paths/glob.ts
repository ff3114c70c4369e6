import { HubError } from '../../protocol/errors.ts';

const MAX_GLOB_LENGTH = 1024;
const MAX_ALTERNATIVES = 256;

export interface Glob {
  /** The fixed beginning of every match: a search reads one range of an index. */
  readonly prefix: string;
  readonly matches: (path: string) => boolean;
}

/**
 * Compiles a glob over whole paths: `*` and `?` within a name, `**` over any number of folders (also none),
 * `[a-z]` and `[!a-z]`, `{one,two}`. A pattern without a slash matches in the top folder only. Case matters.
 * A leading dot is nothing special. Matching takes time linear in path × pattern, whatever the pattern.
 */
export function compileGlob(pattern: string): Glob | HubError {
  const text = pattern.normalize('NFC');
  if (text === '' || text.length > MAX_GLOB_LENGTH) {
    return new HubError('invalid_argument', `A glob has 1 to ${MAX_GLOB_LENGTH} characters, e.g. **/*.md`);
  }
  const alternatives = expandBraces(text);
  if (alternatives instanceof HubError) return alternatives;
  const anchored = alternatives.map((one) => one.replace(/^\//u, ''));
  const patterns: GlobToken[][] = [];
  for (const one of anchored) {
    const tokens = tokenize(one);
    if (tokens instanceof HubError) return tokens;
    patterns.push(tokens);
  }
  return {
    prefix: commonPrefix(anchored.map((one) => /^[^*?[]*/u.exec(one)?.[0] ?? '')),
    matches: (path) => patterns.some((tokens) => matches(tokens, path)),
  };
}

type GlobToken =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' } // ?
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] }
  | { readonly kind: 'star' } // *
  | { readonly kind: 'folders' } // **/ : nothing, or folders with their slash
  | { readonly kind: 'rest' }; // ** elsewhere: anything

function tokenize(pattern: string): GlobToken[] | HubError {
  const chars = Array.from(pattern); // code points, as a path is walked below
  const tokens: GlobToken[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*' && chars[at + 1] === '*') {
      const wasSegmentStart = at === 0 || chars[at - 1] === '/';
      at += 1;
      while (chars[at + 1] === '*') at += 1;
      if (wasSegmentStart && chars[at + 1] === '/') {
        at += 1;
        tokens.push({ kind: 'folders' });
      } else tokens.push({ kind: 'rest' });
    } else if (char === '*') tokens.push({ kind: 'star' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else if (char === '[') {
      const first = chars[at + 1] === '!' || chars[at + 1] === '^' ? at + 2 : at + 1;
      const close = chars.indexOf(']', first + 1); // a bracket in the first place is one of the set
      if (close === -1) return new HubError('invalid_argument', `Glob ${pattern} has a [ without its ]`);
      tokens.push(characterSet(chars.slice(at + 1, close)));
      at = close;
    } else tokens.push({ kind: 'char', char });
  }
  return tokens;
}

function characterSet(inside: readonly string[]): GlobToken {
  const negated = inside[0] === '!' || inside[0] === '^';
  const chars = negated ? inside.slice(1) : inside;
  const ranges: [string, string][] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const from = chars[at] ?? '';
    const to = chars[at + 1] === '-' ? chars[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return { kind: 'set', negated, ranges };
}

/** Follows all possible matches at once, so that no pattern makes it backtrack. */
function matches(tokens: readonly GlobToken[], path: string): boolean {
  let states = closure(tokens, new Set([0]), true);
  let previous = '/';
  for (const char of path) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      switch (token.kind) {
        case 'char':
          if (token.char === char) next.add(state + 1);
          break;
        case 'any':
          if (char !== '/') next.add(state + 1);
          break;
        case 'set':
          if (char !== '/' && inSet(token, char)) next.add(state + 1);
          break;
        case 'star':
          if (char !== '/') next.add(state);
          break;
        case 'folders':
        case 'rest':
          next.add(state);
          break;
        default:
          token satisfies never;
      }
    }
    previous = char;
    states = closure(tokens, next, previous === '/');
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}

function inSet(token: Extract<GlobToken, { kind: 'set' }>, char: string): boolean {
  return token.negated !== token.ranges.some(([from, to]) => char >= from && char <= to);
}

/** Adds the states that are reached without a character. */
function closure(tokens: readonly GlobToken[], states: Set<number>, atSegmentStart: boolean): Set<number> {
  for (const state of states) {
    const kind = tokens[state]?.kind;
    // A Set's iteration visits what is added to it on the way.
    if (kind === 'star' || kind === 'rest' || (kind === 'folders' && atSegmentStart)) states.add(state + 1);
  }
  return states;
}

function expandBraces(pattern: string): string[] | HubError {
  const open = pattern.indexOf('{');
  if (open === -1) return [pattern];
  const choices: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if ((char === ',' && depth === 1) || depth === 0) {
      choices.push(pattern.slice(from, at));
      from = at + 1;
    }
    if (depth > 0) continue;
    const all: string[] = [];
    for (const choice of choices) {
      const more = expandBraces(pattern.slice(0, open) + choice + pattern.slice(at + 1));
      if (more instanceof HubError) return more;
      all.push(...more);
      if (all.length > MAX_ALTERNATIVES) {
        return new HubError(
          'invalid_argument',
          `Glob ${pattern} has more than ${MAX_ALTERNATIVES} alternatives; use fewer {,}`,
        );
      }
    }
    return all;
  }
  return new HubError('invalid_argument', `Glob ${pattern} has a { without its }`);
}

function commonPrefix(prefixes: readonly string[]): string {
  let common = prefixes[0] ?? '';
  for (const prefix of prefixes) {
    while (!prefix.startsWith(common)) common = common.slice(0, -1);
  }
  return common.isWellFormed() ? common : common.slice(0, -1);
}
