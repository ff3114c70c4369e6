/** Strings, brackets and signs, and the rest: numbers, `true`, `false`, `null`. */
const TOKEN = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s"{}[\],:]+/gu;

/** Deeper levels are not indented further: the spaces would be many times the text. */
const MOST_LEVELS = 32;

/**
 * JSON text with a line for each member. Only the space between tokens changes: parsed and printed again, large
 * integers, `5000.0`, `1e3` and `-0` would be others, and of members with one name only the last would be left. Text
 * that is not JSON, or is cut, comes back as it is.
 */
export function indentJson(text: string): string {
  if (!isJson(text)) return text;
  const parts: string[] = [];
  let depth = 0;
  let opened = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    if (closes !== opened) parts.push(lineAt(depth)); // an empty object or list stays on its line
    opened = token === '{' || token === '[';
    parts.push(token === ':' ? ': ' : token);
    if (opened) depth += 1;
    else if (token === ',') parts.push(lineAt(depth));
  }
  return parts.join('');
}

function lineAt(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, MOST_LEVELS))}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
