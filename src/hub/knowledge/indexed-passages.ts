import type { TextPassage } from '../../jobs/file-text/text-passage.ts';
import type { Db, SqlRow } from '../log/db.ts';
import { storedTerms } from './stored-terms.ts';
import type { TermLanguage } from './terms.ts';

/**
 * The passages of an index, with their words. Those of a file stand under its id; while a new content is read, under
 * the negative id, until they take the place of the others.
 */
export class IndexedPassages {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The passages of a file, as they were read. */
  of(row: SqlRow): readonly TextPassage[] {
    return this.#db
      .prepare('SELECT text, place FROM passages WHERE file = ? ORDER BY nth')
      .all(Number(row['id']))
      .map(passageFromRow);
  }

  /** @returns how many words its text has */
  insert(file: number, nth: number, passage: TextPassage, language: TermLanguage, path: string): number {
    const { text, ...place } = passage;
    const terms = storedTerms(passage, language, path);
    const added = this.#db
      .prepare('INSERT INTO passages (file, nth, text, place, terms) VALUES (?, ?, ?, ?, ?) RETURNING id')
      .get(file, nth, text, JSON.stringify(place), terms.join('\n'));
    this.#insertTerms(Number(added?.['id']), terms);
    return terms[2] === '' ? 0 : terms[2].split(' ').length;
  }

  #insertTerms(id: number, terms: readonly [string, string, string]): void {
    this.#db.prepare('INSERT INTO terms (rowid, path, heading, body) VALUES (?, ?, ?, ?)').run(id, ...terms);
  }

  /** Puts the passages under the negative id in the place of those of the file. */
  replace(file: number): void {
    this.remove(file);
    this.#db.prepare('UPDATE passages SET file = ? WHERE file = ?').run(file, -file);
  }

  remove(file: number): void {
    this.#db.prepare('DELETE FROM terms WHERE rowid IN (SELECT id FROM passages WHERE file = ?)').run(file);
    this.#db.prepare('DELETE FROM passages WHERE file = ?').run(file);
  }

  /** The words of the path are in each passage. */
  renamed(file: number, path: string, language: TermLanguage): void {
    for (const row of this.#db.prepare('SELECT id, text, place FROM passages WHERE file = ?').all(file)) {
      const id = Number(row['id']);
      const terms = storedTerms(passageFromRow(row), language, path);
      this.#db.prepare('DELETE FROM terms WHERE rowid = ?').run(id);
      this.#db.prepare('UPDATE passages SET terms = ? WHERE id = ?').run(terms.join('\n'), id);
      this.#insertTerms(id, terms);
    }
  }
}

export function passageFromRow(row: SqlRow): TextPassage {
  // written above
  return { text: String(row['text']), ...(JSON.parse(String(row['place'])) as Omit<TextPassage, 'text'>) };
}

/** The language in which the passages of a file are indexed. */
export function languageFrom(row: SqlRow): TermLanguage {
  return row['language'] === 'en' ? 'en' : 'any';
}
