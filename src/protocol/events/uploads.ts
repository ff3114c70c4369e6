import { z } from 'zod';

/** Uploads in pieces; the file itself is told by `file.written`. */
export const uploadEvents = [
  z.object({
    type: z.literal('upload.started'),
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
    expiresAt: z.number(),
  }),
  z.object({ type: z.literal('upload.finished'), workspace: z.string(), uploadId: z.string(), path: z.string() }),
  z.object({
    type: z.literal('upload.cancelled'),
    workspace: z.string(),
    uploadId: z.string(),
    path: z.string(),
    reason: z.string(),
  }),
] as const;
