/** Characters of a name, path or reason that a sentence has. */
const MOST_QUOTED = 160;

/**
 * What somebody chose, such as a path or a reason, as a sentence for a model has it: in quotes and on one line, so that
 * it is not read as a part of the sentence, and cut short.
 */
export function quotedForModel(text: string): string {
  const short = text.length <= MOST_QUOTED ? text : `${text.slice(0, MOST_QUOTED - 1).toWellFormed()}…`;
  return JSON.stringify(short).replaceAll(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
