/**
 * A text of which each letter has its first 16 marks, and no more. That is beyond those of any script: browsers are
 * slow with hundreds (2,000 in each of 40 lines took 2.3 s, 16 of each 0.13 s), and draw them over the lines around.
 */
export function fewMarks(text: string): string {
  if (!/[\u0300-\uffff]/.test(text)) return text; // no mark is below: most names and paths
  return text.replaceAll(/(\p{M}{16})\p{M}+/gu, '$1');
}
