/**
 * Whether a name is what a filter names: equal but for case, with `*` for any characters. Names of one text are tried
 * often, so what it comes to is made once.
 *
 * @param written the value of a token, as in `agent:plan*`
 */
export function nameMatcher(written: string): (name: string) => boolean {
  const wanted = written.toLowerCase();
  if (!wanted.includes('*')) return (name) => name.toLowerCase() === wanted;
  const parts = wanted.split(/\*+/u);
  return (name) => hasInOrder(name.toLowerCase(), parts);
}

/** Whether a text is these parts with anything between them. No regular expression: a person's text could make it slow. */
function hasInOrder(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
