/**
 * The first `characters` of a text from outside. A cut text is copied: a slice would keep the whole
 * text in memory.
 */
export function shortened(text: string, characters: number): string {
  return text.length <= characters ? text : Buffer.from(text.slice(0, characters)).toString();
}
