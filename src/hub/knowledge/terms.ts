import { stemmer } from 'stemmer';
import { ENGLISH_WORDS, STOP_WORDS } from './stop-words.ts';

/** A language as far as terms go: of English there are stems and stop words, of all others words as they are. */
export type TermLanguage = 'en' | 'any';

/** Longer words are no words. */
const MOST_LENGTH = 64;
/** Of the words of an English text at least so many, of a hundred, tell that it is one; in other languages hardly any do. */
const ENGLISH_SHARE = 5;

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*/gu;
/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}々ー]+/gu;
const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });

/**
 * The words of a text in order, as they are compared: in small letters, without accents, one by one in scripts that
 * write no spaces. A name in camel case is there whole and in its parts.
 */
export function wordsOfText(text: string): string[] {
  const words: string[] = [];
  for (const [found] of text.normalize('NFKC').matchAll(WORD)) {
    if (found.length > MOST_LENGTH * 4) continue;
    if (isAscii(found)) addSpaced(words, found);
    else addForeign(words, plain(found));
  }
  return words;
}

/** The words of a text as the index has them. */
export function termsOf(text: string, language: TermLanguage): string[] {
  const words = wordsOfText(text);
  if (language === 'any') return words;
  return words.filter((word) => !STOP_WORDS.has(word)).map(stemOf);
}

/** What is looked for of a question: for each word the forms in which texts may have it, each word once. */
export function lookedFor(question: string): readonly (readonly string[])[] {
  const words = [...new Set(wordsOfText(question))];
  const isEnglish = languageOf(words) === 'en';
  const telling = isEnglish ? words.filter((word) => !STOP_WORDS.has(word)) : words;
  const forms = (telling.length > 0 ? telling : words).map((word) => [...new Set([stemOf(word), word])]);
  const seen = new Set<string>();
  return forms.filter(([first = '']) => !seen.has(first) && seen.add(first));
}

/** Whether words are of an English text, by how many of them only English has. */
export function languageOf(words: readonly string[]): TermLanguage {
  let telling = 0;
  for (const word of words) if (ENGLISH_WORDS.has(word)) telling += 1;
  return words.length > 0 && telling * 100 >= words.length * ENGLISH_SHARE ? 'en' : 'any';
}

/** The stem of an English word; of what cannot be one the word itself. */
export function stemOf(word: string): string {
  return /^[a-z]{3,}$/u.test(word) ? stemmer(word) : word;
}

function addSpaced(words: string[], word: string): void {
  const whole = word.replace(/'s$/iu, '').replaceAll("'", '');
  if (whole.length > MOST_LENGTH || whole === '') return;
  words.push(whole.toLowerCase());
  if (!/[a-z][A-Z]/u.test(whole)) return;
  for (const part of whole.split(/(?<=[a-z0-9])(?=[A-Z])/u)) words.push(part.toLowerCase());
}

function addForeign(words: string[], word: string): void {
  let at = 0;
  for (const match of word.matchAll(UNSPACED)) {
    addRest(words, word.slice(at, match.index));
    for (const { segment, isWordLike } of segmenter.segment(match[0])) if (isWordLike === true) addRest(words, segment);
    at = match.index + match[0].length;
  }
  addRest(words, word.slice(at));
}

function addRest(words: string[], word: string): void {
  const whole = word.replace(/['’]s$/u, '').replaceAll(/['’]/gu, '');
  if (whole !== '' && whole.length <= MOST_LENGTH) words.push(whole);
}

/** Small letters without accents. Marks that are vowels, as in Hindi, stay. */
function plain(word: string): string {
  return word
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
