/** The noun of an event type: `lock` of `lock.acquired`; of any text, some text. */
export type NounOf<T extends string> = string extends T ? string : T extends `${infer N}.${string}` ? N : never;

/** The noun of an event type, as {@link NounOf} has it; the whole text where there is no dot. */
export function nounOf<T extends string>(type: T): NounOf<T> {
  const dot = type.indexOf('.');
  return (dot < 0 ? type : type.slice(0, dot)) as NounOf<T>; // by construction of NounOf
}

/** Whether an event is of a noun, as its type. */
export function hasNoun<E extends { readonly type: string }, N extends NounOf<E['type']>>(
  event: E,
  noun: N,
): event is Extract<E, { readonly type: `${N}.${string}` }> {
  return event.type.startsWith(noun) && event.type.charAt(noun.length) === '.';
}

/** Whether a list names a type: itself (`lock.acquired`), or its noun (`lock`) for all of its types. */
export function namesType(names: readonly string[], type: string): boolean {
  return names.includes(type) || names.includes(nounOf(type));
}
