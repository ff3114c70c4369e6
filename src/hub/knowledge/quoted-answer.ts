import type { Citation, PassagePlace } from '../../protocol/knowledge.ts';
import type { Word } from './ranking.ts';
import type { FoundPassage } from './retrieval.ts';
import { sentencesOf, type Sentence } from './sentences.ts';
import { STOP_WORDS } from './stop-words.ts';
import { termsOf } from './terms.ts';

/** Passages whose sentences are looked at. */
export const ANSWER_PASSAGES = 12;
/** Sentences that are quoted at most. */
const MOST_QUOTES = 4;
/** Of what a question asks, weighed by words, a passage has at least so much, else it is no answer. */
const LEAST_OF_PASSAGE = 0.5;
/** And a sentence at least so much. */
const LEAST_OF_SENTENCE = 0.34;
/** Further sentences have at least so much of what the best has. */
const LEAST_OF_BEST = 0.6;

/** What is said where nothing answers. */
export const NOTHING = 'Nothing in this workspace answers that.';

interface QuoteCandidate {
  readonly passage: FoundPassage;
  readonly sentence: Sentence;
  readonly words: ReadonlySet<Word>;
  readonly share: number;
  readonly score: number;
}

/** The sentences that say most of what a question asks, each with its place; none where no passage says enough of it. */
export function quotesFor(
  words: readonly Word[],
  passages: readonly FoundPassage[],
): readonly Omit<Citation, 'number'>[] {
  const total = words.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= 0 || words.every(({ forms }) => forms.every((form) => STOP_WORDS.has(form)))) return [];
  const weigh = (found: ReadonlySet<Word>): number => [...found].reduce((sum, { weight }) => sum + weight, 0) / total;
  const candidates: QuoteCandidate[] = [];
  for (const passage of passages) {
    const around = `${passage.path} ${passage.place.heading ?? ''}`;
    if (weigh(wordsIn(`${around} ${passage.text}`, passage, words)) < LEAST_OF_PASSAGE) continue;
    for (const sentence of sentencesOf(passage.text)) {
      const text = passage.text.slice(sentence.from, sentence.to);
      const found = wordsIn(text, passage, words);
      const share = weigh(found);
      // A heading asks rather than answers.
      const worth = /^\s*#/u.test(text) ? 0.5 : 1;
      candidates.push({ passage, sentence, words: found, share, score: share * worth * (0.7 + 0.3 * passage.score) });
    }
  }
  candidates.sort((a, b) => b.score - a.score);
  const best = candidates[0];
  if (!best || best.share < LEAST_OF_SENTENCE) return [];
  const chosen: QuoteCandidate[] = [];
  const said = new Set<string>();
  for (const each of candidates) {
    if (chosen.length === MOST_QUOTES || each.score < best.score * LEAST_OF_BEST) break;
    const text = each.passage.text.slice(each.sentence.from, each.sentence.to);
    const key = text.replaceAll(/\s+/gu, ' ').toLowerCase();
    if (said.has(key)) continue;
    said.add(key);
    chosen.push(each);
  }
  return chosen.map(({ passage, sentence }) => citationOf(passage, sentence));
}

/** A part of a passage as a citation. */
export function citationOf(passage: FoundPassage, { from, to }: Sentence): Omit<Citation, 'number'> {
  const { fileId, path, version, text } = passage;
  return { fileId, path, version, quote: text.slice(from, to), place: placeWithin(passage, from, to) };
}

function placeWithin({ place, text }: FoundPassage, from: number, to: number): PassagePlace {
  const before = text.slice(0, from);
  const quote = text.slice(from, to);
  const start = place.characters[0] + [...before].length;
  const lines = (part: string): number => part.split('\n').length - 1;
  const { lines: ofPassage, rows, ...rest } = place;
  const first = lines(before);
  const last = first + lines(quote);
  return {
    ...rest,
    characters: [start, start + [...quote].length],
    ...(ofPassage === undefined ? {} : { lines: [ofPassage[0] + first, ofPassage[0] + last] }),
    ...(rows === undefined ? {} : { rows: [rows[0] + first, rows[0] + last] }),
  };
}

function wordsIn(text: string, { language }: FoundPassage, words: readonly Word[]): ReadonlySet<Word> {
  const terms = new Set(termsOf(text, language));
  return new Set(words.filter(({ forms }) => forms.some((form) => terms.has(form))));
}
