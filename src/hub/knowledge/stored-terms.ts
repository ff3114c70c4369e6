import type { TextPassage } from '../../jobs/file-text/text-passage.ts';
import { termsOf, type TermLanguage } from './terms.ts';

/** The words of a passage as the index has them: of its path, its headings and its text. */
export function storedTerms(
  { text, heading = '' }: TextPassage,
  language: TermLanguage,
  path: string,
): readonly [path: string, heading: string, body: string] {
  const terms = (of: string): string => termsOf(of, language).join(' ');
  return [terms(path), terms(heading), terms(text)];
}

/** Takes {@link storedTerms} apart that were put together with line ends. */
export function termFields(stored: string): readonly (readonly string[])[] {
  return stored.split('\n').map((field) => (field === '' ? [] : field.split(' ')));
}
