/**
 * Whether objects and lists of a JSON text are nested more than `most` levels deep. For a text that is
 * not JSON, the answer means nothing.
 *
 * Nearly all messages are too short, or have too few brackets, to need a look at each character.
 */
export function nestedDeeper(text: string, most: number): boolean {
  if (text.length <= most || !hasMore(text, most)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        if (++depth > most) return true;
        break;
      case '}':
      case ']':
        depth--;
        break;
      case '"':
        at = endOfString(text, at);
        break;
      default:
    }
  }
  return false;
}

/** Whether there are more than `most` opening brackets, in strings or not. */
function hasMore(text: string, most: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > most) return true;
    }
  }
  return false;
}

/** Where the string that begins at `start` has its closing quote; the end of the text where it has none. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
