/**
 * JSON without the characters that some readers take for the end of a line: U+0085, U+2028 and U+2029. JSON
 * allows them in strings, and only CR and LF end a line of an event stream (WHATWG HTML, section 9.2.6), but
 * readers that split by Unicode's line breaks would cut a message there. Escaped, the value stays the same.
 */
export function escapeLineSeparators(json: string): string {
  return json.replace(/[\u0085\u2028\u2029]/gu, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
