/** The end of a sentence that says why, where somebody said so. */
export function because(reason: string | undefined): readonly string[] {
  return reason === undefined ? [] : [`: ${reason}`];
}
