import { z } from 'zod';
import { data } from '../words/part.ts';
import { defineEvent } from './define-event.ts';

/** Files that one event names at most. */
export const MOST_INDEXED_FILES = 64;

/** A file that the index of its workspace is done with. */
const indexedFileSchema = z.object({
  path: z.string(),
  version: z.number().int(),
  /** `unsupported`: its content has no text that is read. */
  state: z.enum(['indexed', 'unsupported', 'failed']),
  /** Of one that is not indexed. */
  why: z.string().optional(),
});

/** What the index of a workspace has come to. */
export const knowledgeEvents = [
  defineEvent({
    type: 'index.updated',
    fields: {
      workspace: z.string(),
      /** `ready`: all changes of files up to `throughSeq` can be found. */
      state: z.enum(['indexing', 'ready']),
      throughSeq: z.number().int().nonnegative(),
      /** Those that are done with since the event before. */
      files: z.array(indexedFileSchema).max(MOST_INDEXED_FILES),
      /** Files that are done with, out of `total`. */
      done: z.number().int().nonnegative(),
      total: z.number().int().nonnegative(),
    },
    words: ({ state, files, done, total }) => {
      const [first, ...more] = files;
      const what =
        first === undefined
          ? []
          : ['read ', data(first.path), ...(more.length > 0 ? [` and ${more.length} more`] : []), '; '];
      return [
        ...what,
        state === 'ready' ? `the index is ready (${total} files)` : `${done} of ${total} files are indexed`,
      ];
    },
    tone: ({ state, files }) =>
      files.some((file) => file.state === 'failed') ? 'refused' : state === 'ready' ? 'proceed' : 'waiting',
    feed: 'background',
    state: [],
    projections: [],
    notified: { level: 'info', resources: () => [] },
  }),
] as const;
