/** What has become of a file in the index of its workspace. */
export const knowledgeFileStates = ['queued', 'indexed', 'unsupported', 'failed'] as const;
export type KnowledgeFileState = (typeof knowledgeFileStates)[number];

/** Whether a workspace is indexed, and whether all of it is. */
export const knowledgeStates = ['off', 'indexing', 'ready'] as const;
export type KnowledgeState = (typeof knowledgeStates)[number];

/** How many files there are of each state. */
export type KnowledgeCounts = Readonly<Record<KnowledgeFileState, number>>;

/** The index of a workspace. */
export interface KnowledgeStatus {
  readonly state: KnowledgeState;
  readonly files: KnowledgeCounts;
  /** Parts of texts that can be found. */
  readonly passages: number;
  /** Pages, slides and sheets of the documents that are indexed. */
  readonly pages: number;
  /** Every change of a file up to this event is taken note of; where the state is `ready`, it can be found too. */
  readonly seq: number;
  /** Why the index is being made anew, until it is ready again. */
  readonly remade?: string;
}

/** What there is to index in a workspace, by media type, the most bytes first. */
export interface KnowledgePlan {
  readonly files: number;
  readonly sizeBytes: number;
  readonly kinds: readonly { readonly mime: string; readonly files: number; readonly sizeBytes: number }[];
}

/** A file as the index has it. */
export interface KnowledgeFile {
  readonly fileId: string;
  readonly path: string;
  readonly version: number;
  readonly state: KnowledgeFileState;
  /** Why it is `unsupported` or `failed`. */
  readonly why?: string;
  readonly passages: number;
  /** Pages, slides or sheets. */
  readonly pages?: number;
}

/** Where a text stands in a file. */
export interface PassagePlace {
  /** In the text of the file, in Unicode characters; the end is not in it. */
  readonly characters: readonly [from: number, to: number];
  /** Of a text file: its first line and its last, from 1. */
  readonly lines?: readonly [first: number, last: number];
  readonly page?: number;
  readonly slide?: number;
  readonly sheet?: string;
  readonly rows?: readonly [first: number, last: number];
  /** The headings above it, with ` › ` between. */
  readonly heading?: string;
}

/** A part of a file's text that was found. */
export interface Passage {
  readonly fileId: string;
  readonly path: string;
  /** That has this text. A newer one may not be indexed yet. */
  readonly version: number;
  readonly place: PassagePlace;
  /** Letter by letter as in the file. */
  readonly text: string;
  /** 0 to 1; comparable within one answer only. */
  readonly score: number;
  /** How many more passages say almost the same; they are left out. */
  readonly alike?: number;
}

/** What a statement rests on: words of a version of a file. */
export interface Citation {
  /** Its number in the answer, from 1. */
  readonly number: number;
  readonly fileId: string;
  readonly path: string;
  readonly version: number;
  readonly place: PassagePlace;
  /** Letter by letter as in the file. */
  readonly quote: string;
}

/** Everything found to a question. */
export interface Found {
  readonly status: KnowledgeStatus;
  readonly passages: readonly Passage[];
}

/** An answer with its citations; without any it says that the files have no answer. */
export interface KnowledgeAnswer {
  readonly status: KnowledgeStatus;
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** Who wrote it: `quotes` are the words of the files alone. */
  readonly by: 'quotes' | 'model';
  /** What the person should know of it, as that no model could be reached. */
  readonly note?: string;
}
