import { z } from 'zod';
import { data } from '../words/part.ts';
import { formatSize } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

/** Uploads in pieces. A finished upload has a `file.written` too. */
export const uploadEvents = [
  defineEvent({
    type: 'upload.started',
    fields: {
      workspace: z.string(),
      uploadId: z.string(),
      path: z.string(),
      sizeBytes: z.number().int().nonnegative(),
      sha256: z.string().optional(),
      /** What the uploader says it is; the content has the last word. */
      mime: z.string().optional(),
      /** The lock under which the file is to be written when the last byte is in. */
      lockId: z.string().optional(),
      fence: z.number().int().optional(),
      /** Where its bytes come from, if they are not sent. */
      source: z.literal('import').optional(),
      expiresAt: z.number(),
    },
    words: ({ path, sizeBytes }) => ['began to upload ', data(path), ` (${formatSize(sizeBytes)})`],
    tone: 'none',
    feed: 'shown',
    state: ['uploads'],
    projections: ['files'],
    notified: { level: 'debug', resources: () => [] },
  }),
  defineEvent({
    type: 'upload.finished',
    fields: { workspace: z.string(), uploadId: z.string(), path: z.string() },
    words: ({ path }) => ['finished uploading ', data(path)],
    tone: 'none',
    feed: 'covered', // by file.written
    endsTicksOf: ({ uploadId }) => uploadId,
    state: ['uploads'],
    projections: ['files'],
    notified: { level: 'info', resources: () => [] },
  }),
  defineEvent({
    type: 'upload.cancelled',
    fields: { workspace: z.string(), uploadId: z.string(), path: z.string(), reason: z.string() },
    words: ({ path, reason }) => ['gave up uploading ', data(path), `: ${reason}`],
    tone: 'waiting',
    feed: 'shown',
    endsTicksOf: ({ uploadId }) => uploadId,
    state: ['uploads'],
    projections: ['files'],
    notified: { level: 'warning', resources: () => [] },
  }),
] as const;
