/**
 * At most so many characters of a text that came from outside. Where it is cut, the answer is a copy:
 * a slice would hold on to the whole text behind it for as long as it is kept.
 */
export function shortened(text: string, characters: number): string {
  return text.length <= characters ? text : Buffer.from(text.slice(0, characters)).toString();
}
