import { z } from 'zod';

/** How the bytes of a version came in. */
export const fileSourceSchema = z.enum(['upload', 'tool', 'import', 'job']);
export type FileSource = z.infer<typeof fileSourceSchema>;

const appears = {
  /** Whether the path held no file (or a deleted one) before. */
  appears: z.boolean(),
};
const fileFields = {
  workspace: z.string(),
  fileId: z.string(),
  path: z.string(),
  /** 1 for the first version of a file; grows by 1 with each write, copy onto, or restore. */
  version: z.number().int().positive(),
  sha256: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  mime: z.string(),
};

/** What is done to files. Each names the version that it made, or took away. */
export const fileEvents = [
  z.object({
    type: z.literal('file.written'),
    ...fileFields,
    ...appears,
    source: fileSourceSchema,
    uploadId: z.string().optional(),
    /** Fence of the lock under which it was written. */
    fence: z.number().int().optional(),
  }),
  z.object({ type: z.literal('file.moved'), ...fileFields, from: z.string() }),
  z.object({
    type: z.literal('file.copied'),
    ...fileFields,
    ...appears,
    /** How the bytes once came in: that of the version copied. */
    source: fileSourceSchema,
    from: z.string(),
    /** Present when the copy crossed workspaces. */
    fromWorkspace: z.string().optional(),
    fromVersion: z.number().int(),
  }),
  z.object({
    type: z.literal('file.deleted'),
    workspace: z.string(),
    fileId: z.string(),
    path: z.string(),
    version: z.number().int(),
    /** True when the versions went too; `freedBytes` then says how much of the quota came back. */
    purged: z.boolean(),
    /** Whether a file was there until now; false when a deleted file's versions are purged. */
    disappears: z.boolean(),
    freedBytes: z.number().int().nonnegative(),
  }),
  z.object({
    type: z.literal('file.restored'),
    ...fileFields,
    ...appears,
    /** How the bytes once came in: that of the version restored. */
    source: fileSourceSchema,
    fromVersion: z.number().int(),
  }),
] as const;
