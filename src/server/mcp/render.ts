/**
 * A result as text, for agents and clients that read only text: the sentence, then every field of
 * the structured form, one a line, lists as `- ` items. Nothing is left out.
 */
export function render(sentence: string, structured: Readonly<Record<string, unknown>>): string {
  const lines = [sentence];
  fields(structured, '', lines);
  return lines.join('\n');
}

function fields(value: Readonly<Record<string, unknown>>, indent: string, lines: string[]): void {
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) put(name, field, indent, lines);
  }
}

function put(name: string, field: unknown, indent: string, lines: string[]): void {
  if (Array.isArray(field)) {
    if (field.length === 0) {
      lines.push(`${indent}${name}: none`);
      return;
    }
    lines.push(`${indent}${name}:`);
    for (const item of field) lines.push(`${indent}- ${oneLine(item)}`);
    return;
  }
  if (isRecord(field) && Object.keys(field).length > 0) {
    lines.push(`${indent}${name}:`);
    fields(field, `${indent}  `, lines);
    return;
  }
  lines.push(`${indent}${name}: ${oneLine(field)}`);
}

/** An item of a list: `path=plan.md, size_bytes=12`; what lies deeper as JSON. */
function oneLine(item: unknown): string {
  if (typeof item === 'string') return item;
  if (!isRecord(item)) return JSON.stringify(item);
  return Object.entries(item)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${name}=${typeof field === 'string' ? word(field) : JSON.stringify(field)}`)
    .join(', ');
}

/** Quoted where a reader could not tell where it ends. */
function word(text: string): string {
  return /^[^\s,="]+$/u.test(text) ? text : JSON.stringify(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
