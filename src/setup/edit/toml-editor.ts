import { patch } from '@decimalturn/toml-patch';
import { parse, stringify, type TomlTable } from 'smol-toml';
import { isRecord } from '../../protocol/is-record.ts';
import { messageOf } from '../../protocol/errors.ts';
import { common, lineEnd, NoPlace, NotReadable, type FormatEditor } from './edited.ts';

/** TOML. A new entry is a table at the end, as people write them; what the other library changes is checked in `edit-entry.ts`. */
export const tomlEditor: FormatEditor = {
  parse(text) {
    try {
      return parse(text);
    } catch (error) {
      throw new NotReadable(`is not TOML: ${messageOf(error).split('\n', 1)[0] ?? ''}`);
    }
  },
  edit(text, { at, shape, name, entry, withCollection = false }) {
    const [table = '', ...deeper] = at;
    if (shape === 'list' || deeper.length > 0)
      throw new NoPlace('keeps its servers in a way that is not known of TOML');
    const value = tomlEditor.parse(text) as TomlTable;
    const before = value[table] ?? {};
    if (!isRecord(before)) throw new NoPlace(`has something else than a table as "${table}"`);
    if (entry !== undefined && before[name] === undefined) {
      const added = appended(text, stringify({ [table]: { [name]: entry } }));
      if (isToml(added)) return added;
    }
    const { [name]: _old, ...others } = before;
    const servers = entry === undefined ? others : { ...before, [name]: entry };
    const { [table]: _table, ...rest } = value;
    const isEmpty = Object.keys(servers).length === 0;
    const edited = patch(text, isEmpty && withCollection ? rest : { ...value, [table]: servers }, {
      inlineTableStart: 2,
    });
    const { head, tail } = common(text, edited);
    const isPure = head + tail === Math.min(text.length, edited.length);
    if (!isPure && (entry === undefined || before[name] === undefined)) {
      throw new NoPlace(`has no place for "${name}" that could be changed without the rest`);
    }
    return edited;
  },
};

/** Tables after an inline one of the same name are none: such a file is changed within it. */
function isToml(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

function appended(text: string, table: string): string {
  const end = lineEnd(text);
  const gap = text === '' ? '' : text.endsWith('\n') ? end : end + end;
  return `${text}${gap}${table.trimEnd().replaceAll('\n', end)}${end}`;
}
