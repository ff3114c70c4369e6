import { z } from 'zod';

/** Arguments that several tools take, so that each is called and described the same everywhere. */

export const workspaceArgument = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('Id or name; may be left out where you have only one.');

export const pathArgument = z.string().describe('From the top of the workspace, such as "reports/plan.md".');

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
  .describe('Go ahead only if this is the version now (0: only if there is no file); else conflict.');

export const lockTokenArgument = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe('From lock_acquire. Needed while the path is locked.');

export const fenceArgument = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe('From lock_acquire: a write under a lock that you have lost since fails with fence_stale.');

export const jobIdArgument = z.string().min(1).max(100).describe('The job_id that the job was started with.');

export const uploadIdArgument = z.string().min(1).max(100).describe('The upload_id that upload_create gave.');

/** Why something is cancelled. */
export const cancelReasonArgument = z
  .string()
  .min(1)
  .max(500)
  .default('cancelled by the agent')
  .describe('Why, for the others and the log.');

export const prefixArgument = z.string().max(4096).optional().describe('Only paths that begin with this.');

/** What an agent may say of content that it sends. */
export const contentArguments = {
  mime: z.string().min(3).max(200).optional().describe('Its type, where the content does not say it.'),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/u)
    .optional()
    .describe('Hex. When given, other content is refused with checksum_mismatch.'),
};

/** {@link contentArguments} as the hub takes them. */
export function contentFacts(args: { readonly mime?: string | undefined; readonly sha256?: string | undefined }): {
  readonly mime?: string;
  readonly sha256?: string;
} {
  return {
    ...(args.mime === undefined ? {} : { mime: args.mime }),
    ...(args.sha256 === undefined ? {} : { sha256: args.sha256.toLowerCase() }),
  };
}

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

/** For the description of a tool that changes files. */
export const lockWords = 'locked: another agent holds the path; wait with lock_acquire, and pass its lock_token.';
