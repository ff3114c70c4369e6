import { isRecord } from '../../../../protocol/is-record.ts';

/**
 * A result as text, for agents and clients that read only text: the sentence, then every field of
 * the structured form, one a line, lists as `- ` items. Nothing is left out.
 */
export function render(sentence: string, structured: Readonly<Record<string, unknown>>): string {
  return sentence + fields(structured, '\n');
}

/** Each field on a line of its own; `before` is the line break and the indent. */
function fields(value: Readonly<Record<string, unknown>>, before: string): string {
  let text = '';
  for (const name of Object.keys(value)) {
    const field = value[name];
    if (field !== undefined) text += `${before}${name}:${fieldText(field, before)}`;
  }
  return text;
}

function fieldText(field: unknown, before: string): string {
  if (typeof field === 'string') return ` ${field}`;
  if (Array.isArray(field)) {
    if (field.length === 0) return ' none';
    let text = '';
    for (const item of field) text += `${before}- ${itemText(item)}`;
    return text;
  }
  return isRecord(field) && Object.keys(field).length > 0 ? fields(field, `${before}  `) : ` ${itemText(field)}`;
}

/** An item of a list: `path=plan.md, size_bytes=12`; nested values as JSON. */
export function itemText(item: unknown): string {
  if (typeof item === 'string') return item;
  if (!isRecord(item)) return JSON.stringify(item);
  let text = '';
  for (const name of Object.keys(item)) {
    const field = item[name];
    if (field === undefined) continue;
    text += `${text === '' ? '' : ', '}${name}=${typeof field === 'string' ? word(field) : JSON.stringify(field)}`;
  }
  return text;
}

/** Quoted where it has a blank, a comma, an equals sign or a quote. */
function word(text: string): string {
  return /^[^\s,="]+$/u.test(text) ? text : JSON.stringify(text);
}
