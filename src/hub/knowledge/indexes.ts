import { readFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import type { WholeTextFacts, TextPassage } from '../../jobs/file-text/text-passage.ts';
import type { Db, SqlRow } from '../log/db.ts';
import { isDamage } from '../log/schema.ts';
import { answerFrom } from './answer-from.ts';
import { filesOf, totalsOf } from './index-lists.ts';
import { removeIndex } from './index-schema.ts';
import type {
  IndexAsk,
  IndexAsks,
  IndexOutcome,
  IndexStatus,
  IndexTask,
  SettledFile,
  ToIndex,
} from './index-messages.ts';
import { Retrieval } from './retrieval.ts';
import { WorkspaceIndex, type LoggedFile } from './workspace-index.ts';

export interface IndexesOptions {
  readonly folder: string;
  readonly log: Db;
  /** Called when the index of a workspace has changed. */
  readonly onNews: (
    workspace: string,
    news: { readonly status: IndexStatus; readonly settled: readonly SettledFile[] },
  ) => void;
}

/** Files that are compared with the log in one go; others are answered in between. */
const SLICE = 500;

/** The indexes of all workspaces that have one. */
export class Indexes {
  readonly #options: IndexesOptions;
  readonly #open = new Map<string, { readonly index: WorkspaceIndex; readonly retrieval: Retrieval }>();
  /** How many were opened. */
  #made = 0;
  /** Whose turn it was last. */
  #last = '';

  constructor(options: IndexesOptions) {
    this.#options = options;
  }

  async answer({ name, query }: Exclude<ToIndex, { name: 'close' }>): Promise<unknown> {
    const workspace = 'workspace' in query ? query.workspace : 'task' in query ? query.task.workspace : undefined;
    const handler = this.#handlers[name] as (query: unknown) => unknown; // the caller gave the query of this name
    try {
      return await handler(query);
    } catch (error) {
      if (workspace === undefined || !isDamage(error) || !this.#open.has(workspace)) throw error;
      await this.#remake(workspace);
      return await handler(query);
    } finally {
      if (workspace !== undefined) this.#tell(workspace);
    }
  }

  /** Ends it. */
  close(): void {
    for (const { index } of this.#open.values()) index.close();
    this.#open.clear();
  }

  readonly #handlers: {
    readonly [Name in IndexAsk]: (
      query: IndexAsks[Name]['query'],
    ) => IndexAsks[Name]['answer'] | Promise<IndexAsks[Name]['answer']>;
  } = {
    watch: ({ workspace, seq }) => this.#watch(workspace, seq),
    drop: ({ workspace }) => this.#drop(workspace),
    changed: ({ workspace, fileIds, seq }) => {
      const open = this.#open.get(workspace);
      if (!open) return;
      open.index.changeAll(fileIds.values().map((fileId) => [fileId, this.#logged(workspace, fileId)]));
      open.index.seq = Math.max(open.index.seq, seq);
    },
    next: () => this.#next(),
    store: ({ task, outcome }) => this.#store(task, outcome),
    release: ({ task }) => this.#of(task)?.release(task),
    totals: ({ workspace }) => {
      const open = this.#open.get(workspace);
      return open ? totalsOf(open.index.db) : { passages: 0, pages: 0 };
    },
    files: ({ workspace, ...request }) => {
      const open = this.#open.get(workspace);
      return open ? filesOf(open.index.db, request) : { items: [] };
    },
    search: ({ workspace, ...query }) => {
      const found = this.#open.get(workspace)?.retrieval.search(query);
      return { passages: (found?.passages ?? []).map(({ language: _language, terms: _terms, ...passage }) => passage) };
    },
    ask: ({ workspace, ...query }) => answerFrom(this.#open.get(workspace)?.retrieval, query),
  };

  async #watch(workspace: string, seq: number): Promise<void> {
    const open = this.#open.get(workspace) ?? this.#opened(workspace);
    await this.#look(workspace, open.index, seq);
  }

  #opened(workspace: string, remade?: string): { readonly index: WorkspaceIndex; readonly retrieval: Retrieval } {
    const index = new WorkspaceIndex(this.#options.folder, workspace, { made: ++this.#made, remade });
    const opened = { index, retrieval: new Retrieval(index) };
    this.#open.set(workspace, opened);
    return opened;
  }

  /** Compares the index with the list of files in the log. */
  async #look(workspace: string, index: WorkspaceIndex, seq: number): Promise<void> {
    const gone = new Set(index.fileIds());
    let after = '';
    for (;;) {
      const rows = this.#options.log
        .prepare('SELECT * FROM files WHERE workspace = ? AND deleted_at IS NULL AND path > ? ORDER BY path LIMIT ?')
        .all(workspace, after, SLICE);
      if (index.isClosed) return;
      const files = rows.map(loggedFile);
      for (const { fileId } of files) gone.delete(fileId);
      index.changeAll(files.values().map((file) => [file.fileId, file]));
      after = files.at(-1)?.path ?? after;
      if (rows.length < SLICE) break;
      await turn();
    }
    // A file may have been moved meanwhile, from what was not looked at yet to what was.
    if (index.isClosed) return;
    index.changeAll(gone.values().map((fileId) => [fileId, this.#logged(workspace, fileId)]));
    index.seq = Math.max(index.seq, seq);
    index.isLooked = true;
  }

  #logged(workspace: string, fileId: string): LoggedFile | undefined {
    const row = this.#options.log
      .prepare('SELECT * FROM files WHERE id = ? AND workspace = ? AND deleted_at IS NULL')
      .get(fileId, workspace);
    return row && loggedFile(row);
  }

  #drop(workspace: string): void {
    const open = this.#open.get(workspace);
    this.#open.delete(workspace);
    if (open) open.index.remove();
    else removeIndex(this.#options.folder, workspace);
  }

  async #remake(workspace: string): Promise<void> {
    const seq = this.#open.get(workspace)?.index.seq ?? 0;
    this.#drop(workspace);
    const { index } = this.#opened(workspace, 'It was damaged.');
    await this.#look(workspace, index, seq);
  }

  /** Workspaces take turns. What has the content of another file is settled at once. */
  async #next(): Promise<IndexTask | undefined> {
    const names = [...this.#open.keys()].sort();
    const after = names.findIndex((name) => name > this.#last);
    const turns = after === -1 ? names : [...names.slice(after), ...names.slice(0, after)];
    for (const name of turns) {
      for (;;) {
        const index = this.#open.get(name)?.index;
        const task = index?.next();
        if (!index || !task) break;
        const twin = index.twinOf(task);
        if (!twin) {
          this.#last = name;
          return task;
        }
        try {
          await this.#copy(index, task, twin);
        } finally {
          if (!index.isClosed) index.release(task);
          this.#tell(name);
        }
      }
    }
    return undefined;
  }

  async #copy(index: WorkspaceIndex, task: IndexTask, twin: SqlRow): Promise<void> {
    const { state } = twin;
    if (state === 'unsupported' || state === 'failed') return index.fail(task, state, String(twin['why']));
    const facts = {
      characters: 0,
      ...(twin['title'] === null ? {} : { title: String(twin['title']) }),
      ...(twin['parts'] === null ? {} : { parts: Number(twin['parts']) }),
    };
    await index.store(task, facts, index.passages.of(twin), () => turn());
  }

  async #store(task: IndexTask, outcome: IndexOutcome): Promise<void> {
    const index = this.#of(task);
    if (!index) return;
    try {
      if (!outcome.ok) return index.fail(task, outcome.state, outcome.why);
      const [head = '{}', ...lines] = (await readFile(outcome.location, 'utf8')).trimEnd().split('\n');
      // Written by the process that read the file, letter by letter from its text.
      const facts = JSON.parse(head) as WholeTextFacts;
      const passages = lines.map((line) => JSON.parse(line) as TextPassage);
      await index.store(task, facts, passages, () => turn());
    } finally {
      if (!index.isClosed) index.release(task);
    }
  }

  /** The index that gave a task; undefined where another was made since. */
  #of({ workspace, made }: IndexTask): WorkspaceIndex | undefined {
    const index = this.#open.get(workspace)?.index;
    return index?.made === made ? index : undefined;
  }

  #tell(workspace: string): void {
    const index = this.#open.get(workspace)?.index;
    if (index?.isLooked === true && !index.isClosed) this.#options.onNews(workspace, index.takeNews());
  }
}

/** A text whose name says Markdown is read as such, whatever its writer or its name before said. */
function readAs(mime: string, path: string): string {
  return mime === 'text/plain' && /\.(?:md|markdown|mdx)$/iu.test(path) ? 'text/markdown' : mime;
}

function loggedFile(row: SqlRow): LoggedFile {
  const path = String(row['path']);
  return {
    fileId: String(row['id']),
    path,
    version: Number(row['version']),
    sha256: String(row['sha256']),
    mime: readAs(String(row['mime']), path),
    sizeBytes: Number(row['size_bytes']),
    seq: Number(row['seq']),
  };
}
