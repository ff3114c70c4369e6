import { HubError } from '../../protocol/errors.ts';
import type { Passage } from '../../protocol/knowledge.ts';
import { compileGlob } from '../paths/glob.ts';
import type { SearchQuery } from './index-messages.ts';
import { Ranking, type Word } from './ranking.ts';
import { languageFrom, passageFromRow } from './indexed-passages.ts';
import type { WorkspaceIndex } from './workspace-index.ts';
import { termFields } from './stored-terms.ts';
import type { TermLanguage } from './terms.ts';

/** Two passages of whose words so many are the same say the same. */
const ALIKE = 0.9;
/** Passages that are looked at for one answer. */
const LOOKED_AT = 200;
const SCOPE = 'temp.scope';

/** A passage that was found, and the words that it is found by. */
export interface FoundPassage extends Passage {
  readonly language: TermLanguage;
  /** As they are stored. */
  readonly terms: string;
}

/** Finds passages in the index of a workspace. */
export class Retrieval {
  readonly #index: WorkspaceIndex;
  readonly ranking: Ranking;

  constructor(index: WorkspaceIndex) {
    this.#index = index;
    this.ranking = new Ranking(index);
    index.db.exec(`CREATE TEMP TABLE IF NOT EXISTS scope (id INTEGER PRIMARY KEY)`);
  }

  /** The passages that fit best, those that say almost the same as one before left out. */
  search({ query, limit, paths }: Omit<SearchQuery, 'workspace'>): {
    readonly words: readonly Word[];
    readonly passages: readonly FoundPassage[];
  } {
    const words = this.ranking.words(query);
    const scope = paths === undefined ? undefined : this.#narrow(paths);
    const ranked = this.ranking.rank(words, scope);
    const chosen: { passage: FoundPassage; terms: ReadonlySet<string>; alike: number }[] = [];
    for (const { id, score } of ranked.slice(0, LOOKED_AT)) {
      const passage = this.#passage(id, score);
      if (!passage) continue;
      const terms = new Set(termFields(passage.terms)[2]);
      const same = chosen.find((each) => overlap(each.terms, terms) >= ALIKE);
      if (same) same.alike += 1;
      else if (chosen.length < limit) chosen.push({ passage, terms, alike: 0 });
    }
    const best = chosen[0]?.passage.score ?? 0;
    return {
      words,
      passages: chosen.map(({ passage, alike }) => ({
        ...passage,
        score: best > 0 ? Math.round((passage.score / best) * 10_000) / 10_000 : 0,
        ...(alike === 0 ? {} : { alike }),
      })),
    };
  }

  #passage(id: number, score: number): FoundPassage | undefined {
    const row = this.#index.db
      .prepare(
        `SELECT text, place, terms, file_id, path, shown_version, language FROM passages JOIN files ON files.id = passages.file
         WHERE passages.id = ?`,
      )
      .get(id);
    if (!row) return undefined;
    const { text, ...place } = passageFromRow(row);
    return {
      fileId: String(row['file_id']),
      path: String(row['path']),
      version: Number(row['shown_version']),
      place,
      text,
      score,
      language: languageFrom(row),
      terms: String(row['terms']),
    };
  }

  /** Puts the files that `paths` mean into a table, and names it. @throws HubError `invalid_argument` */
  #narrow(paths: readonly string[]): string {
    const { db } = this.#index;
    const tests = paths.map(testOf);
    db.exec(`DELETE FROM ${SCOPE}`);
    const insert = db.prepare(`INSERT INTO ${SCOPE} (id) VALUES (?)`);
    for (const row of db.prepare('SELECT id, path FROM files WHERE passages > 0').all()) {
      const path = String(row['path']);
      if (tests.some((test) => test(path))) insert.run(Number(row['id']));
    }
    return SCOPE;
  }
}

/** Whether a path is meant by one of a scope: a file, a folder that ends with a slash, or a glob. */
function testOf(given: string): (path: string) => boolean {
  const text = given.normalize('NFC').replace(/^\/+/u, '');
  if (/[*?[{]/u.test(text)) {
    const glob = compileGlob(text);
    if (glob instanceof HubError) throw glob;
    // A file may be called like a pattern.
    return (path) => path === text || glob.matches(path);
  }
  const folder = text === '' || text.endsWith('/') ? text : `${text}/`;
  return (path) => path === text || path.startsWith(folder);
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return a.size === b.size ? 1 : 0;
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  if (small.size < large.size * ALIKE) return 0;
  let both = 0;
  for (const term of small) if (large.has(term)) both += 1;
  return both / (a.size + b.size - both);
}
