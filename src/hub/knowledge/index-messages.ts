import type {
  KnowledgeAnswer,
  Found,
  KnowledgeCounts,
  KnowledgeFile,
  KnowledgeFileState,
} from '../../protocol/knowledge.ts';
import type { WireError } from '../../protocol/errors.ts';
import type { Page } from '../../protocol/records.ts';

/** What the thread is started with. */
export interface IndexThreadData {
  /** Where the indexes are. */
  readonly folder: string;
  /** The log, whose list of files says what is to be indexed. */
  readonly logFile: string;
  /** Those that have one; all others are deleted. */
  readonly workspaces: readonly string[];
}

/** How the index of a workspace stands. */
export interface IndexStatus {
  readonly files: KnowledgeCounts;
  /** Changes up to this event are taken note of. */
  readonly seq: number;
  /** Whether no event has reported it yet. */
  readonly isNew: boolean;
  readonly remade?: string;
}

/** A version of a file whose text is to be read. */
export interface IndexTask {
  /** The index that gave it: another may have been made since. */
  readonly made: number;
  readonly workspace: string;
  readonly fileId: string;
  readonly path: string;
  readonly version: number;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mime: string;
}

/** What came of reading it: a file of passages, or why there is none. */
export type IndexOutcome =
  | { readonly ok: true; readonly location: string }
  | { readonly ok: false; readonly state: 'unsupported' | 'failed'; readonly why: string };

/** A file that is done with, for now. */
export interface SettledFile {
  readonly fileId: string;
  readonly path: string;
  readonly version: number;
  readonly state: Exclude<KnowledgeFileState, 'queued'>;
  readonly why?: string;
}

export interface SearchQuery {
  readonly workspace: string;
  readonly query: string;
  readonly limit: number;
  /** Files, folders that end with `/`, or globs; all files when left out. */
  readonly paths?: readonly string[];
}

/** What the thread can be asked, and how it answers. */
export interface IndexAsks {
  /** Begins to index a workspace, or looks through all of its files again. */
  watch: { query: { workspace: string; seq: number }; answer: void };
  /** Forgets a workspace. */
  drop: { query: { workspace: string }; answer: void };
  /** Files that were written, moved, deleted: the log says what they are now. */
  changed: { query: { workspace: string; fileIds: readonly string[]; seq: number }; answer: void };
  /** What to read next; nothing where all is done, or in work. */
  next: { query: object; answer: IndexTask | undefined };
  store: { query: { task: IndexTask; outcome: IndexOutcome }; answer: void };
  /** Gives a file back whose reading was broken off. */
  release: { query: { task: IndexTask }; answer: void };
  totals: { query: { workspace: string }; answer: { passages: number; pages: number } };
  files: {
    query: { workspace: string; state?: KnowledgeFileState; limit: number; cursor?: string };
    answer: Page<KnowledgeFile>;
  };
  search: { query: SearchQuery; answer: Omit<Found, 'status'> };
  ask: { query: Omit<SearchQuery, 'limit'>; answer: Omit<KnowledgeAnswer, 'status'> };
}
export type IndexAsk = keyof IndexAsks;

export type ToIndex =
  | {
      [Name in IndexAsk]: { readonly id: number; readonly name: Name; readonly query: IndexAsks[Name]['query'] };
    }[IndexAsk]
  | { readonly name: 'close' };

export type FromIndex =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'unanswered'; readonly id: number; readonly error: WireError }
  /** How a workspace stands, whenever that changed. */
  | {
      readonly kind: 'status';
      readonly workspace: string;
      readonly status: IndexStatus;
      readonly settled: readonly SettledFile[];
    };
