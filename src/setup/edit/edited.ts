/** The text of a client's file is not what its format says; `why` is a sentence without its end. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable';
}

/** The file is sound, but the entry has no place in it that could be edited without touching the rest. */
export class NoPlace extends Error {
  override readonly name = 'NoPlace';
}

/** One format of files: reads a value, and changes one entry so that every other byte stays. */
export interface FormatEditor {
  /** @throws NotReadable */
  parse(text: string): unknown;
  /**
   * The text with another entry at a place, or without one.
   *
   * @throws NotReadable, NoPlace
   */
  edit(text: string, change: EntryChange): string;
}

export interface EntryChange {
  /** Keys that lead to the collection. */
  readonly at: readonly string[];
  readonly shape: 'map' | 'list';
  readonly name: string;
  /** Undefined to remove it. */
  readonly entry: Readonly<Record<string, unknown>> | undefined;
  /** Whether a collection that is empty then goes too. */
  readonly withCollection?: boolean;
}

/** How the lines of a text end. */
export function lineEnd(text: string): '\n' | '\r\n' {
  return /\r\n/u.test(text) ? '\r\n' : '\n';
}

/** The text that two have in common at their beginnings, and at their ends behind it, in characters. */
export function common(before: string, after: string): { readonly head: number; readonly tail: number } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { head, tail };
}
