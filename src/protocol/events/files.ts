import { z } from 'zod';
import { fileUri } from '../uris.ts';
import { data } from '../words/part.ts';
import { formatSize } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

/** How the bytes of a version came in. */
export const fileOriginSchema = z.enum(['upload', 'tool', 'import', 'job']);
export type FileOrigin = z.infer<typeof fileOriginSchema>;

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

/** The resource of the file itself. */
function ownUri(event: { readonly workspace: string; readonly path: string }): string {
  return fileUri(event.workspace, event.path);
}
const notified = {
  level: 'info',
  resources: (event: Parameters<typeof ownUri>[0]) => [ownUri(event)],
} as const;

/** What all events of files have in common. */
const ofFiles = { tone: 'none', feed: 'shown', state: ['workspaces'], projections: ['files'] } as const;

/** What is done to files. Each names the version that it made, or took away. */
export const fileEvents = [
  defineEvent({
    type: 'file.written',
    fields: {
      ...fileFields,
      ...appears,
      source: fileOriginSchema,
      uploadId: z.string().optional(),
      /** Fence of the lock under which it was written. */
      fence: z.number().int().optional(),
    },
    words: ({ path, version, sizeBytes }) => [
      version === 1 ? 'added ' : 'wrote ',
      data(path),
      version === 1 ? ` (${formatSize(sizeBytes)})` : ` (v${version}, ${formatSize(sizeBytes)})`,
    ],
    ...ofFiles,
    notified,
  }),
  defineEvent({
    type: 'file.moved',
    fields: { ...fileFields, from: z.string() },
    words: ({ from, path }) => ['moved ', data(from), ' to ', data(path)],
    ...ofFiles,
    notified: { level: 'info', resources: (event) => [ownUri(event), fileUri(event.workspace, event.from)] },
  }),
  defineEvent({
    type: 'file.copied',
    fields: {
      ...fileFields,
      ...appears,
      /** How the bytes once came in: that of the version copied. */
      source: fileOriginSchema,
      from: z.string(),
      /** Present when the copy crossed workspaces. */
      fromWorkspace: z.string().optional(),
      fromVersion: z.number().int(),
    },
    words: ({ from, path }) => ['copied ', data(from), ' to ', data(path)],
    ...ofFiles,
    notified,
  }),
  defineEvent({
    type: 'file.deleted',
    fields: {
      workspace: z.string(),
      fileId: z.string(),
      path: z.string(),
      version: z.number().int(),
      /** True when the versions went too; `freedBytes` then says how much of the quota came back. */
      purged: z.boolean(),
      /** Whether a file was there until now; false when a deleted file's versions are purged. */
      disappears: z.boolean(),
      freedBytes: z.number().int().nonnegative(),
    },
    words: ({ purged, path }) => [purged ? 'deleted for good ' : 'deleted ', data(path)],
    ...ofFiles,
    notified,
  }),
  defineEvent({
    type: 'file.restored',
    fields: {
      ...fileFields,
      ...appears,
      /** How the bytes once came in: that of the version restored. */
      source: fileOriginSchema,
      fromVersion: z.number().int(),
    },
    words: ({ path, fromVersion }) => ['restored ', data(path), ` from version ${fromVersion}`],
    ...ofFiles,
    notified,
  }),
] as const;
