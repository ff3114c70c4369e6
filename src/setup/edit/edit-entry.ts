import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../protocol/is-record.ts';
import type { Entry, FileFormat, ServerPlace } from '../client.ts';
import { NoPlace, type FormatEditor } from './edited.ts';
import { jsonEditor } from './json-editor.ts';
import { tomlEditor } from './toml-editor.ts';
import { yamlEditor } from './yaml-editor.ts';

const editors: Readonly<Record<FileFormat, FormatEditor>> = { json: jsonEditor, toml: tomlEditor, yaml: yamlEditor };

/** Begins some files, and is none of their text. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The entry of a name in a file's text; undefined for none.
 *
 * @throws NotReadable where the text is not what the format says
 */
export function entryIn(text: string, place: ServerPlace, name: string): unknown {
  const collection = collectionIn(parsed(text, place.format), place.at);
  if (place.shape === 'map') return isRecord(collection) ? collection[name] : undefined;
  const items: readonly unknown[] = Array.isArray(collection) ? collection : [];
  return items.find((one) => isRecord(one) && one['name'] === name);
}

/** Whether the collection that entries are in is there, empty or not. */
export function hasCollection(text: string, { format, at }: ServerPlace): boolean {
  return collectionIn(parsed(text, format), at) !== undefined;
}

/**
 * A file's text with another entry of a name, or without one. What it says is compared before and after: nothing but
 * the entry differs.
 *
 * @param withCollection whether a collection that the removal leaves empty goes too
 * @throws NotReadable, NoPlace
 */
export function editEntry(
  text: string,
  place: ServerPlace,
  {
    name,
    entry,
    withCollection = false,
  }: { readonly name: string; readonly entry: Entry | undefined; readonly withCollection?: boolean },
): string {
  const { at, shape, format } = place;
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const bare = text.slice(mark.length);
  const edited = mark + editors[format].edit(bare, { at, shape, name, entry, withCollection });
  const isThere = isDeepStrictEqual(plain(entryIn(edited, place, name)), plain(entry));
  if (!isThere || !isDeepStrictEqual(without(edited, place, name), without(text, place, name))) {
    throw new NoPlace(`has no place for "${name}" that could be changed without the rest`);
  }
  return edited;
}

function parsed(text: string, format: FileFormat): unknown {
  return editors[format].parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
}

function collectionIn(value: unknown, at: readonly string[]): unknown {
  let here = value;
  for (const key of at) here = isRecord(here) ? here[key] : undefined;
  return here;
}

/** All that a text says but the entry; a collection without others counts as none. */
function without(text: string, { format, at, shape }: ServerPlace, name: string): unknown {
  const value = plain(parsed(text, format));
  const prune = (here: unknown, depth: number): unknown => {
    const key = at[depth];
    if (key === undefined) {
      if (shape === 'list')
        return Array.isArray(here) ? here.filter((one) => !isRecord(one) || one['name'] !== name) : here;
      return isRecord(here) ? Object.fromEntries(Object.entries(here).filter(([member]) => member !== name)) : here;
    }
    if (!isRecord(here)) return here;
    const pruned = prune(here[key], depth + 1);
    const { [key]: _old, ...others } = here;
    const isEmpty = pruned === undefined || pruned === null || Object.keys(pruned).length === 0;
    return isEmpty ? others : { ...others, [key]: pruned };
  };
  return prune(value, 0);
}

/** A value without classes of its library, such as TOML's dates. */
function plain(value: unknown): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one)),
  ) as unknown;
}
