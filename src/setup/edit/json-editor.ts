import {
  applyEdits,
  findNodeAtLocation,
  modify,
  parse,
  parseTree,
  printParseErrorCode,
  type FormattingOptions,
  type ParseError,
} from 'jsonc-parser';
import { common, lineEnd, NoPlace, NotReadable, type FormatEditor } from './edited.ts';

const tolerant = { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true } as const;

/** JSON, also with comments and trailing commas, which stay. */
export const jsonEditor: FormatEditor = {
  parse(text) {
    const errors: ParseError[] = [];
    const value: unknown = parse(text, errors, tolerant);
    const [first] = errors;
    if (first) {
      const line = text.slice(0, first.offset).split('\n').length;
      throw new NotReadable(`is not JSON: line ${line}, ${wordsOf(printParseErrorCode(first.error))}`);
    }
    return value ?? {};
  },
  edit(text, change) {
    const { at, name, entry, shape } = change;
    if (shape === 'list') throw new NoPlace('keeps its servers in a list, which is not known of JSON files');
    const base = text.trim() === '' ? `{}${lineEnd(text)}` : text;
    const path = entry === undefined && change.withCollection === true ? at : [...at, name];
    checkWay(base, at);
    // Formatting goes over whole lines: where one has more on it than the entry, it is written in one line instead.
    for (const formattingOptions of [formattingOf(base), undefined]) {
      const edited = applyEdits(base, modify(base, [...path], entry, formattingOptions ? { formattingOptions } : {}));
      if (base !== text || isOnlyThat(base, edited, path)) return edited;
    }
    throw new NoPlace(`has no place for "${name}" that could be changed without the rest`);
  },
};

/** Whether nothing differs but what stands at the path, before or after. */
function isOnlyThat(before: string, after: string, path: readonly string[]): boolean {
  const { head, tail } = common(before, after);
  const isAdded = head + tail === before.length;
  const isRemoved = head + tail === after.length;
  if (isAdded || isRemoved) return true;
  const node = nodeAt(before, path);
  return node !== undefined && head >= node.offset && before.length - tail <= node.offset + node.length;
}

function nodeAt(text: string, path: readonly string[]) {
  const root = parseTree(text, [], tolerant);
  return root && findNodeAtLocation(root, [...path]);
}

/** What leads to the collection has to be objects. */
function checkWay(text: string, at: readonly string[]): void {
  for (let depth = 0; depth <= at.length; depth += 1) {
    const way = at.slice(0, depth);
    const node = nodeAt(text, way);
    if (node === undefined) return;
    if (node.type !== 'object') {
      throw new NoPlace(`has something else than an object ${depth === 0 ? 'at its top' : `as "${way.join('.')}"`}`);
    }
  }
}

/** Indentation as the text has it. */
function formattingOf(text: string): FormattingOptions {
  const indent = /^[ \t]+(?=["}\]/])/mu.exec(text)?.[0] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 4 : indent.length,
    eol: lineEnd(text),
  };
}

/** `CommaExpected` as words. */
function wordsOf(code: string): string {
  return code.replaceAll(/([a-z])([A-Z])/gu, '$1 $2').toLowerCase();
}
