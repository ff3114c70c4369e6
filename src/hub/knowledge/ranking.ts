import type { Db } from '../log/db.ts';
import type { WorkspaceIndex } from './workspace-index.ts';
import { lookedFor } from './terms.ts';
import { termFields } from './stored-terms.ts';

/** How much a word counts in the path, in the headings and in the text itself. */
const WEIGHTS = { path: 0.6, heading: 1.5, body: 1 } as const;
/** BM25: how soon more of a word counts no more, and how much a long text is discounted. */
const [K1, B] = [1.2, 0.75];
/** Words of a question that are looked for: those that say most. */
const MOST_WORDS = 32;
/** Passages that SQLite finds, by the question and by the words of the first; these are ranked. */
const FOUND = 100;
/** The passages that fit best so far, and how many of their words are looked for besides. */
const FEEDBACK_PASSAGES = 8;
const FEEDBACK_TERMS = 15;
/** How much of a rank comes from those words. */
const FEEDBACK_SHARE = 0.5;
/** Frequencies that are kept in memory. */
const KEPT_FREQUENCIES = 50_000;

/** A passage and how well it fits; the best of an answer comes first. */
export interface Ranked {
  readonly id: number;
  readonly score: number;
}

/** A passage that may fit: its words, in each field how often. */
interface RankCandidate {
  readonly id: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly body: readonly string[];
}

/** A word of a question: the forms that are looked for, and how much it says. */
export interface Word {
  readonly forms: readonly string[];
  readonly weight: number;
}

/** Ranks the passages of an index for questions. */
export class Ranking {
  readonly #index: WorkspaceIndex;
  readonly #frequencies = new Map<string, number>();
  #generation = -1;
  #passages = 0;
  #usualLength = 0;

  constructor(index: WorkspaceIndex) {
    this.#index = index;
  }

  /** The words of a question that say most, with their weights; a word that no passage has weighs most. */
  words(question: string): readonly Word[] {
    const all = lookedFor(question).map((forms) => ({
      forms,
      weight: this.#weight(Math.max(...forms.map((form) => this.#frequency(form)))),
    }));
    if (all.length <= MOST_WORDS) return all;
    const kept = new Set(all.toSorted((a, b) => b.weight - a.weight).slice(0, MOST_WORDS));
    return all.filter((word) => kept.has(word));
  }

  /**
   * Ranks passages twice: by the words of the question, and by these and the words that the first ones have in common
   * (pseudo-relevance feedback, as RM3 does it).
   *
   * @param scope table of the files that are looked through; all when left out
   */
  rank(words: readonly Word[], scope?: string): readonly Ranked[] {
    const candidates = new Map<number, RankCandidate>();
    this.#find(
      candidates,
      words.flatMap(({ forms }) => forms),
      scope,
    );
    const asked = new Map<string, number>();
    for (const { forms } of words) for (const form of forms) asked.set(form, 1 / words.length);
    const first = this.#ranked(candidates, asked).slice(0, FEEDBACK_PASSAGES);
    const feedback = this.#feedback(first.flatMap(({ id }) => candidates.get(id) ?? []));
    this.#find(
      candidates,
      [...feedback.keys()].filter((term) => !asked.has(term)),
      scope,
    );
    const weights = new Map<string, number>();
    for (const [term, weight] of asked) weights.set(term, (1 - FEEDBACK_SHARE) * weight);
    for (const [term, weight] of feedback) weights.set(term, (weights.get(term) ?? 0) + FEEDBACK_SHARE * weight);
    // One that has no word of the question would be found by words that its reader did not ask for.
    return this.#ranked(candidates, weights).filter(({ id }) =>
      asked.keys().some((term) => candidates.get(id)?.counts.has(term)),
    );
  }

  /** Adds the passages that fit some words best, by SQLite's BM25. */
  #find(candidates: Map<number, RankCandidate>, terms: readonly string[], scope: string | undefined): void {
    if (terms.length === 0) return;
    const match = terms.map((term) => `"${term}"`).join(' OR ');
    const within =
      scope === undefined
        ? ''
        : `AND terms.rowid IN (SELECT passages.id FROM passages JOIN ${scope} AS scope ON passages.file = scope.id)`;
    const { path, heading, body } = WEIGHTS;
    const rows = this.#db
      .prepare(
        `SELECT id, terms FROM (
           SELECT rowid AS found FROM terms WHERE terms MATCH ? ${within}
           ORDER BY bm25(terms, ${path}, ${heading}, ${body}) LIMIT ${FOUND}
         ) JOIN passages ON passages.id = found WHERE file > 0`,
      )
      .all(match);
    for (const row of rows) {
      const id = Number(row['id']);
      if (!candidates.has(id)) candidates.set(id, this.#candidate(id, String(row['terms'])));
    }
  }

  /** BM25 with the words of all fields put together, each weighed. */
  #ranked(candidates: ReadonlyMap<number, RankCandidate>, weights: ReadonlyMap<string, number>): readonly Ranked[] {
    const worth = [...weights].map(([term, weight]) => [term, weight * this.#weight(this.#frequency(term))] as const);
    const ranked: Ranked[] = [];
    for (const { id, counts } of candidates.values()) {
      let score = 0;
      for (const [term, each] of worth) {
        const count = counts.get(term);
        if (count !== undefined) score += (each * count * (K1 + 1)) / (count + K1);
      }
      if (score > 0) ranked.push({ id, score });
    }
    return ranked.sort((a, b) => b.score - a.score || a.id - b.id);
  }

  #candidate(id: number, stored: string): RankCandidate {
    const [path = [], heading = [], body = []] = termFields(stored);
    const counts = new Map<string, number>();
    const add = (terms: readonly string[], worth: number): void => {
      for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + worth);
    };
    add(body, WEIGHTS.body / (1 - B + (B * body.length) / Math.max(1, this.#usualLength)));
    add(heading, WEIGHTS.heading);
    add(path, WEIGHTS.path);
    return { id, counts, body };
  }

  /** The words that some passages have in common and others have not, and how much each counts: together 1. */
  #feedback(passages: readonly RankCandidate[]): ReadonlyMap<string, number> {
    const shares = new Map<string, number>();
    for (const { body } of passages) {
      for (const term of body) shares.set(term, (shares.get(term) ?? 0) + 1 / body.length);
    }
    const best = [...shares]
      .map(([term, share]) => [term, share * this.#weight(this.#frequency(term))] as const)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, FEEDBACK_TERMS);
    const sum = best.reduce((total, [, weight]) => total + weight, 0);
    return new Map(best.map(([term, weight]) => [term, weight / sum]));
  }

  /** Of a word that so many passages have. */
  #weight(frequency: number): number {
    return Math.log(1 + (Math.max(0, this.#passages - frequency) + 0.5) / (frequency + 0.5));
  }

  /** How many passages have a word. */
  #frequency(term: string): number {
    this.#refresh();
    const known = this.#frequencies.get(term);
    if (known !== undefined) return known;
    const found = Number(this.#db.prepare('SELECT doc FROM vocabulary WHERE term = ?').get(term)?.['doc'] ?? 0);
    if (this.#frequencies.size >= KEPT_FREQUENCIES) this.#frequencies.clear();
    this.#frequencies.set(term, found);
    return found;
  }

  #refresh(): void {
    if (this.#generation === this.#index.generation) return;
    this.#generation = this.#index.generation;
    this.#frequencies.clear();
    const row = this.#db.prepare('SELECT sum(passages) AS passages, sum(words) AS words FROM files').get();
    this.#passages = Number(row?.['passages'] ?? 0);
    this.#usualLength = Number(row?.['words'] ?? 0) / Math.max(1, this.#passages);
  }

  get #db(): Db {
    return this.#index.db;
  }
}
