import { HubError } from '../../../../protocol/errors.ts';
import type { Role } from '../../../../protocol/roles.ts';
import type { WorkspaceState } from '../../../../protocol/state.ts';
import { type Attempt, logDenied, reachThing, reachWorkspace } from '../../../../hub/access/reach.ts';
import type { Hub } from '../../../../hub/hub.ts';
import { requireBestRole } from '../../../../hub/permission.ts';
import type { Jobs } from '../../../../hub/jobs/jobs.ts';
import { noJob } from '../../../../hub/rules/jobs.ts';
import { noUpload } from '../../../../hub/rules/uploads.ts';
import type { Uploads } from '../../../../hub/uploads/uploads.ts';
import type { CallContext } from './call-context.ts';

/**
 * The workspace that an agent names; see {@link reachWorkspace}.
 * @param what the attempt, for the log: a tool's name, or a method and URI
 * @throws HubError `forbidden`, `not_found`, `invalid_argument`
 */
export function enterWorkspace(
  hub: Hub,
  ctx: CallContext,
  idOrName: string | undefined,
  need: Role,
  what: string,
): WorkspaceState {
  return reachWorkspace(hub, attemptOf(ctx, what), idOrName, need);
}

/**
 * Checks that a key may do something that is about no existing workspace; see {@link requireBestRole}.
 * @throws HubError `forbidden`
 */
export function enterAnywhere(hub: Hub, ctx: CallContext, need: Role, what: string): void {
  const refusal = requireBestRole(hub.state, ctx.origin.actor, need);
  if (!refusal) return;
  logDenied(hub, attemptOf(ctx, what), refusal, {});
  throw refusal;
}

/** The refusal of a tool that a key was not given. Tools are no secret, so the refusal says whom to ask. */
export function toolNotGiven(tool: string): HubError {
  return new HubError(
    'forbidden',
    `Your key was not given the tool ${tool}. Go on without it, or ask the person at the desk to add it (Keys screen, Tools).`,
    { details: { tool } },
  );
}

/**
 * Checks the caller's role in the workspace of a job, before anything else of the job is looked at.
 * @throws HubError `not_found` for one that it does not see, `forbidden`
 */
export async function enterJob(
  { hub, jobs }: { readonly hub: Hub; readonly jobs: Jobs },
  ctx: CallContext,
  jobId: string,
  need: Role,
  what: string,
): Promise<string> {
  const workspace = await jobs.workspaceOf(jobId);
  return reachThing(hub, attemptOf(ctx, what), { workspace, missing: noJob(jobId), need });
}

/** {@link enterJob} for an upload. */
export async function enterUpload(
  { hub, uploads }: { readonly hub: Hub; readonly uploads: Uploads },
  ctx: CallContext,
  uploadId: string,
  need: Role,
  what: string,
): Promise<string> {
  const workspace = await uploads.workspaceOf(uploadId);
  return reachThing(hub, attemptOf(ctx, what), { workspace, missing: noUpload(uploadId), need });
}

/**
 * Checks the caller's role where a thing of the live state lies; see {@link reachThing}.
 * @throws HubError `missing` for one that it does not see, `forbidden`
 */
export function enterThing(
  hub: Hub,
  ctx: CallContext,
  thing: { readonly workspace: string | undefined; readonly missing: HubError; readonly need: Role },
  what: string,
): string {
  return reachThing(hub, attemptOf(ctx, what), thing);
}

/** Logs a refusal: of a secret that does not exist, or of a tool that the key was not given. */
export function noteDenied(hub: Hub, ctx: CallContext, refusal: HubError, what: string): void {
  logDenied(hub, attemptOf(ctx, what), refusal, {});
}

/** What a caller tries, for the log. */
export function attemptOf(ctx: CallContext, what: string): Attempt {
  return { origin: ctx.origin, sessionId: ctx.sessionId, what };
}
