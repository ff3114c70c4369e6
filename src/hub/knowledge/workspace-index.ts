import type { WholeTextFacts, TextPassage } from '../../jobs/file-text/text-passage.ts';
import type { KnowledgeCounts, KnowledgeFileState } from '../../protocol/knowledge.ts';
import { transact, type Db, type SqlRow } from '../log/db.ts';
import { openIndex, removeIndex } from './index-schema.ts';
import type { IndexStatus, IndexTask, SettledFile } from './index-messages.ts';
import { IndexedPassages, languageFrom } from './indexed-passages.ts';
import { languageOf, wordsOfText } from './terms.ts';

/** A file as the log has it. */
export interface LoggedFile {
  readonly fileId: string;
  readonly path: string;
  readonly version: number;
  readonly sha256: string;
  /** As what it is read. */
  readonly mime: string;
  readonly sizeBytes: number;
  readonly seq: number;
}

/** Passages that are written in one go; others are answered in between. */
const SLICE = 100;
/** As much of a text decides its language, in passages. */
const LANGUAGE_PASSAGES = 8;
/** A reason is cut at so many characters. */
const MOST_WHY = 500;

/** The index of one workspace: what the log's list of files comes to. */
export class WorkspaceIndex {
  readonly db: Db;
  readonly passages: IndexedPassages;
  readonly #folder: string;
  readonly #workspace: string;
  #counts: Record<KnowledgeFileState, number>;
  #isNew: boolean;
  #remade: string | undefined;
  /** Files whose text is being read, by their ids here. */
  readonly #reading = new Set<number>();
  #settled: SettledFile[] = [];
  #isClosed = false;
  /** Grows with each change of what can be found. */
  generation = 0;
  /** Changes up to this event are taken note of. */
  seq = 0;
  /** Whether all files of the log were looked at. */
  isLooked = false;
  /** Its number among those of the thread. */
  readonly made: number;

  constructor(
    folder: string,
    workspace: string,
    { made, remade }: { readonly made: number; readonly remade?: string | undefined },
  ) {
    const { db, isNew, remade: why = remade } = openIndex(folder, workspace);
    this.#isNew = isNew;
    this.made = made;
    this.db = db;
    this.passages = new IndexedPassages(db);
    this.#folder = folder;
    this.#workspace = workspace;
    this.#remade = why;
    this.#counts = countsIn(db);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get counts(): KnowledgeCounts {
    return { ...this.#counts };
  }

  /** How it stands, and the files that are done with since this was asked last. */
  takeNews(): { readonly status: IndexStatus; readonly settled: readonly SettledFile[] } {
    const settled = this.#settled;
    this.#settled = [];
    const remade = this.#remade;
    if (this.#counts.queued === 0) this.#remade = undefined;
    const isNew = this.#isNew;
    this.#isNew = false;
    const status = { files: this.counts, seq: this.seq, isNew, ...(remade === undefined ? {} : { remade }) };
    return { status, settled };
  }

  /** Notes the present state of files, all or none of them; `undefined`: one is not there any more. */
  changeAll(files: Iterable<readonly [fileId: string, is: LoggedFile | undefined]>): void {
    const settled = [...this.#settled];
    try {
      transact(this.db, () => {
        for (const [fileId, is] of files) this.#change(fileId, is);
      });
    } catch (error) {
      this.#settled = settled;
      this.#counts = countsIn(this.db);
      throw error;
    }
  }

  #change(fileId: string, is: LoggedFile | undefined): void {
    const was = this.db.prepare('SELECT * FROM files WHERE file_id = ?').get(fileId);
    if (!is) {
      if (was) this.#remove(was);
      return;
    }
    if (!was) {
      const values = [is.fileId, is.path, is.version, is.sha256, is.mime, is.sizeBytes, is.seq] as const;
      this.db
        .prepare(
          `INSERT INTO files (file_id, path, version, sha256, mime, size_bytes, seq, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued')`,
        )
        .run(...values);
      this.#counts.queued += 1;
      return;
    }
    const isSame = was['sha256'] === is.sha256 && was['mime'] === is.mime;
    const wasPath = String(was['path']);
    if (isSame && wasPath === is.path && was['version'] === is.version) return;
    const id = Number(was['id']);
    const state = isSame ? (was['state'] as KnowledgeFileState) : 'queued';
    const shown = isSame && state === 'indexed' ? is.version : (was['shown_version'] ?? null);
    this.db
      .prepare(
        `UPDATE files SET path = ?, version = ?, sha256 = ?, mime = ?, size_bytes = ?, seq = ?, state = ?,
         why = CASE ? WHEN 'queued' THEN NULL ELSE why END, shown_version = ? WHERE id = ?`,
      )
      .run(is.path, is.version, is.sha256, is.mime, is.sizeBytes, is.seq, state, state, shown, id);
    this.#count(was['state'] as KnowledgeFileState, state);
    if (wasPath !== is.path) this.passages.renamed(id, is.path, languageFrom(was));
    if (isSame && state !== 'queued') this.#settle({ ...is, state, ...whyOf(was) });
    this.generation += 1;
  }

  /** Ids of all files that are in here, to find those that the log has no more. */
  *fileIds(): Generator<string> {
    for (const { file_id: id } of this.db.prepare('SELECT file_id FROM files').all()) yield String(id);
  }

  /** The file to read next, of those that nobody reads yet: the one that was written last. */
  next(): IndexTask | undefined {
    const rows = this.db.prepare("SELECT * FROM files WHERE state = 'queued' ORDER BY seq DESC LIMIT ?");
    const row = rows.all(this.#reading.size + 1).find(({ id }) => !this.#reading.has(Number(id)));
    if (!row) return undefined;
    this.#reading.add(Number(row['id']));
    return {
      made: this.made,
      workspace: this.#workspace,
      fileId: String(row['file_id']),
      path: String(row['path']),
      version: Number(row['version']),
      sha256: String(row['sha256']),
      sizeBytes: Number(row['size_bytes']),
      mime: String(row['mime']),
    };
  }

  /** Another file with the same content that is done with: its text need not be read again. */
  twinOf({ fileId, sha256, mime }: IndexTask): SqlRow | undefined {
    return this.db
      .prepare("SELECT * FROM files WHERE sha256 = ? AND mime = ? AND state <> 'queued' AND file_id <> ? LIMIT 1")
      .get(sha256, mime, fileId);
  }

  /** Nobody reads it any more. */
  release(task: IndexTask): void {
    const id = this.db.prepare('SELECT id FROM files WHERE file_id = ?').get(task.fileId)?.['id'];
    if (id !== undefined) this.#reading.delete(Number(id));
  }

  /** Takes note of a content that has no text, or cannot be read. */
  fail(task: IndexTask, state: 'unsupported' | 'failed', why: string): void {
    const row = this.#current(task);
    if (!row) return;
    const id = Number(row['id']);
    transact(this.db, () => {
      this.passages.remove(id);
      this.db
        .prepare(
          'UPDATE files SET state = ?, why = ?, shown_version = NULL, language = NULL, title = NULL, parts = NULL, passages = 0, words = 0 WHERE id = ?',
        )
        .run(state, why.slice(0, MOST_WHY), id);
    });
    this.#done(row, state, why.slice(0, MOST_WHY));
  }

  /** Takes the passages of a content, slice by slice: `turn` lets others in between. The content may change meanwhile. */
  async store(
    task: IndexTask,
    facts: WholeTextFacts,
    passages: readonly TextPassage[],
    turn: () => Promise<void>,
  ): Promise<void> {
    const sample = passages.slice(0, LANGUAGE_PASSAGES).map(({ text }) => text);
    const language = languageOf(sample.flatMap(wordsOfText));
    let words = 0;
    for (let at = 0; at < passages.length; at += SLICE) {
      const row = this.#current(task);
      if (!row) return this.#discard(task);
      const [id, path] = [Number(row['id']), String(row['path'])];
      transact(this.db, () => {
        for (const [nth, passage] of passages.slice(at, at + SLICE).entries()) {
          words += this.passages.insert(-id, at + nth, passage, language, path);
        }
      });
      await turn();
      if (this.#isClosed) return;
    }
    const row = this.#current(task);
    if (!row) return this.#discard(task);
    const id = Number(row['id']);
    transact(this.db, () => {
      this.passages.replace(id);
      this.db
        .prepare(
          `UPDATE files SET state = 'indexed', why = NULL, shown_version = version, language = ?, title = ?, parts = ?, passages = ?, words = ? WHERE id = ?`,
        )
        .run(language, facts.title ?? null, facts.parts ?? null, passages.length, words, id);
      // It may have been moved while it was read.
      if (String(row['path']) !== task.path) this.passages.renamed(id, String(row['path']), language);
    });
    this.#done(row, 'indexed');
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.db.close();
  }

  /** Closes and deletes it. */
  remove(): void {
    this.close();
    removeIndex(this.#folder, this.#workspace);
  }

  /** The row of a file whose content is still the one that was read. */
  #current({ fileId, sha256, mime }: IndexTask): SqlRow | undefined {
    if (this.#isClosed) return undefined;
    return this.db
      .prepare("SELECT * FROM files WHERE file_id = ? AND sha256 = ? AND mime = ? AND state = 'queued'")
      .get(fileId, sha256, mime);
  }

  /** What was taken of a content that is not wanted any more. */
  #discard({ fileId }: IndexTask): void {
    if (this.#isClosed) return;
    const id = this.db.prepare('SELECT id FROM files WHERE file_id = ?').get(fileId)?.['id'];
    if (id !== undefined) transact(this.db, () => this.passages.remove(-Number(id)));
  }

  #done(row: SqlRow, state: Exclude<KnowledgeFileState, 'queued'>, why?: string): void {
    this.#count('queued', state);
    this.generation += 1;
    this.#settle({
      fileId: String(row['file_id']),
      path: String(row['path']),
      version: Number(row['version']),
      state,
      ...(why === undefined ? {} : { why }),
    });
  }

  #settle({ fileId, path, version, state, why }: SettledFile): void {
    this.#settled.push({ fileId, path, version, state, ...(why === undefined ? {} : { why }) });
  }

  #count(from: KnowledgeFileState, to: KnowledgeFileState): void {
    this.#counts[from] -= 1;
    this.#counts[to] += 1;
  }

  #remove(row: SqlRow): void {
    const id = Number(row['id']);
    this.passages.remove(id);
    this.passages.remove(-id);
    this.db.prepare('DELETE FROM files WHERE id = ?').run(id);
    this.#reading.delete(id);
    this.#counts[row['state'] as KnowledgeFileState] -= 1;
    this.generation += 1;
  }
}

export function whyOf(row: SqlRow): { readonly why?: string } {
  return row['why'] === null ? {} : { why: String(row['why']) };
}

function countsIn(db: Db): Record<KnowledgeFileState, number> {
  const counts = { queued: 0, indexed: 0, unsupported: 0, failed: 0 };
  for (const { state, n } of db.prepare('SELECT state, count(*) AS n FROM files GROUP BY state').all()) {
    counts[state as KnowledgeFileState] = Number(n); // no other is ever written
  }
  return counts;
}
