/** The noun of an event type: `lock` of `lock.acquired`. */
export type NounOf<T extends string> = T extends `${infer N}.${string}` ? N : never;

/** The noun of an event type, as {@link NounOf} has it; the whole text where there is no dot. */
export function nounOf<T extends string>(type: T): NounOf<T> {
  const [noun] = type.split('.', 1);
  return noun as NounOf<T>; // by construction of NounOf
}
