import { endOfString } from './nesting.ts';

/**
 * The messages of a batch as they were written, one text each: parsed and printed again, numbers and repeated
 * members would be others. `text`: JSON, whose value is a list that is not empty.
 */
export function batchTexts(text: string): string[] {
  const texts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        if (++depth === 1) from = at + 1;
        break;
      case '}':
      case ']':
        if (--depth === 0) texts.push(text.slice(from, at).trim());
        break;
      case ',':
        if (depth !== 1) break;
        texts.push(text.slice(from, at).trim());
        from = at + 1;
        break;
      case '"':
        at = endOfString(text, at);
        break;
      default:
    }
  }
  return texts;
}
