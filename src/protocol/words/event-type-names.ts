import { eventTypes } from '../events.ts';
import { namesType, nounOf } from '../noun.ts';
import { nearest } from './nearest.ts';

/** The types that a list of types and nouns names, or the first word that is neither, with a sentence that says what there is. */
export function readTypes(
  names: readonly string[],
): { readonly types: readonly string[] } | { readonly wrong: string; readonly words: string } {
  const wrong = names.find((name) => !eventTypes.some((type) => namesType([name], type)));
  if (wrong === undefined) return { types: eventTypes.filter((type) => namesType(names, type)) };
  const nouns: string[] = [...new Set(eventTypes.map(nounOf))];
  const noun = nounOf(wrong);
  const types = eventTypes.filter((type) => nounOf(type) === noun);
  const near = nearest(wrong, types.length > 0 ? types : [...eventTypes, ...nouns]);
  const words = [
    `There is no event type ${JSON.stringify(wrong)}.`,
    near === undefined ? '' : `Did you mean ${near}?`,
    types.length > 0 ? `Of ${noun} there are ${types.join(', ')}.` : `Nouns are ${nouns.join(', ')}.`,
  ];
  return { wrong, words: words.filter(Boolean).join(' ') };
}
