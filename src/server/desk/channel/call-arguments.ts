import { z } from 'zod';
import type { HubApi } from '../../../protocol/api.ts';
import { HubError } from '../../../protocol/errors.ts';
import { roleSchema } from '../../../protocol/roles.ts';

const id = z.string().min(1).max(200);
const workspace = id;
/** The rules say what a path may be; here it only has to be a text of bounded length. */
const path = z.string().min(1).max(8_192);
/** Of this machine, as its file system allows. */
const localPath = z.string().min(1).max(32_768);
const folder = z.string().max(8_192);
const seq = z.number().int().positive();
const version = z.number().int().positive();
/** The rules say what a name may be, in words for people. */
const name = z.string().max(8_192);

const pageFields = {
  cursor: z.string().max(16_384).optional(),
  limit: z.number().int().min(1).max(1_000).optional(),
};
const page = z.object(pageFields);

const auditQuery = z.object({
  ...pageFields,
  actor: id.optional(),
  sessionId: id.optional(),
  types: z.array(z.string().min(1).max(100)).max(100).optional(),
  workspace: workspace.optional(),
  from: z.number().optional(),
  to: z.number().optional(),
  order: z.enum(['asc', 'desc']).optional(),
});

const newKey = z.object({
  name,
  expiresAt: z.number().optional(),
  roles: z.record(workspace, roleSchema),
});

const workspaceChange = z.object({
  name: name.optional(),
  quotaBytes: z.number().int().nonnegative().optional(),
  intelligence: z.boolean().optional(),
});

const jobStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);

/** The kind says what its arguments may be. */
const jobRequest = z.object({
  workspace,
  kind: id,
  path,
  version: version.optional(),
  input: z.record(z.string(), z.unknown()).optional(),
});

const nothing = z.tuple([]);

const argumentSchemas: { readonly [K in keyof HubApi]: z.ZodType<Parameters<HubApi[K]>> } = {
  open: z.tuple([z.object({ logId: id, seq: z.number().int().nonnegative() }).optional()]),

  auditPage: z.tuple([auditQuery]),
  event: z.tuple([seq]),
  causes: z.tuple([seq]),
  effects: z.tuple([z.union([id, seq])]),
  verifyLog: nothing,

  pastSessions: z.tuple([page]),
  closeSession: z.tuple([id]),
  watchFrames: z.tuple([id]),
  unwatchFrames: z.tuple([id]),
  frame: z.tuple([id]),

  folder: z.tuple([workspace, folder, page]),
  deletedFiles: z.tuple([workspace, page]),
  file: z.tuple([workspace, path]),
  findFiles: z.tuple([workspace, z.string().min(1).max(8_192), page]),
  fileVersions: z.tuple([id, page]),
  fileReceipts: z.tuple([id, version]),
  fileMove: z.tuple([workspace, path, path]),
  fileCopy: z.tuple([workspace, path, path]),
  fileDelete: z.tuple([workspace, path, z.boolean(), id.optional()]),
  fileRestore: z.tuple([workspace, path, version, id.optional()]),
  localFiles: z.tuple([z.array(localPath).min(1).max(10_000)]),
  localUploadBegin: z.tuple([workspace, path, localPath]),
  localUploadSend: z.tuple([id]),

  lockForceRelease: z.tuple([workspace, path, id]),

  jobs: z.tuple([z.object({ ...pageFields, workspace: workspace.optional(), status: jobStatus.optional() })]),
  job: z.tuple([id]),
  jobQueue: z.tuple([jobRequest]),
  jobCancel: z.tuple([id]),
  jobRetry: z.tuple([id]),
  uploadCancel: z.tuple([id]),

  keyCreate: z.tuple([newKey]),
  keyRevoke: z.tuple([id]),
  memberSet: z.tuple([workspace, id, roleSchema]),
  memberRemove: z.tuple([workspace, id]),
  hasFirstKey: nothing,
  takeFirstKey: nothing,

  workspaceCreate: z.tuple([name]),
  workspaceUpdate: z.tuple([workspace, workspaceChange]),
  workspaceDelete: z.tuple([workspace, z.string().max(200)]),

  sampleAgentsStart: z.tuple([workspace]),
  sampleAgentsStop: nothing,
  sampleAgentsRunning: nothing,
};

/**
 * Checks what a call was given. JSON has no `undefined`: it arrives as `null`, at the end of the
 * arguments where it stands for one that was left out.
 *
 * @throws HubError `invalid_argument`, naming each argument that is wrong
 */
export function parseArguments(call: keyof HubApi, given: readonly unknown[]): readonly unknown[] {
  const args = [...given];
  while (args.length > 0 && args.at(-1) == null) args.pop();
  const parsed = argumentSchemas[call].safeParse(args);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `argument ${path.join('.') || 'list'}: ${message}`);
  throw new HubError('invalid_argument', `${call} was called wrongly: ${problems.join('; ')}`, {
    details: { problems },
  });
}
