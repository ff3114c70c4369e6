import { z } from 'zod';

/** Arguments that several tools take, so that each is called and described the same everywhere. */

export const workspaceArgument = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('Id or name of the workspace. May be left out where your key has exactly one.');

export const pathArgument = z
  .string()
  .describe('Path of the file from the top of the workspace, such as "reports/plan.md". No leading slash.');

export const versionArgument = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe('A version number from file_versions. The newest when left out.');

export const ifVersionArgument = z
  .number()
  .int()
  .min(0)
  .optional()
  .describe(
    'Go ahead only if this is the version that is there now; 0 means that there must be no file. Else: conflict.',
  );

export const lockTokenArgument = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe('The lock_token that lock_acquire gave you for this path. Needed while the path is locked.');

export const fenceArgument = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe(
    'The fence that lock_acquire gave you: a write under a lock that you have since lost fails with fence_stale.',
  );

export const limitArgument = z.number().int().min(1).max(1000).default(100).describe('At most this many items.');

export const cursorArgument = z
  .string()
  .min(1)
  .max(2000)
  .optional()
  .describe('next_cursor of the page before. Leave out for the first page.');

export const jobIdArgument = z.string().min(1).max(100).describe('The job_id that the job was started with.');

export const uploadIdArgument = z.string().min(1).max(100).describe('The upload_id that upload_create gave.');

/** Conditions of every call that changes a file, as {@link WriteConditions} of the hub. */
export const writeArguments = { if_version: ifVersionArgument, lock_token: lockTokenArgument, fence: fenceArgument };

export function writeConditions(args: {
  readonly if_version?: number | undefined;
  readonly lock_token?: string | undefined;
  readonly fence?: number | undefined;
}): { readonly ifVersion?: number; readonly lockId?: string; readonly fence?: number } {
  return {
    ...(args.if_version === undefined ? {} : { ifVersion: args.if_version }),
    ...(args.lock_token === undefined ? {} : { lockId: args.lock_token }),
    ...(args.fence === undefined ? {} : { fence: args.fence }),
  };
}

/** `limit` and `cursor` as the hub's lists take them. */
export function pageRequest(args: { readonly limit: number; readonly cursor?: string | undefined }): {
  readonly limit: number;
  readonly cursor?: string;
} {
  return { limit: args.limit, ...(args.cursor === undefined ? {} : { cursor: args.cursor }) };
}
