import { HubError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import type { WorkspaceState } from '../../protocol/state.ts';
import type { Hub } from '../hub.ts';
import { requireRole, resolveWorkspace } from '../permission.ts';
import type { Origin } from '../rule.ts';
import { type Denial, denyAccess } from '../rules/access.ts';

/** Who asks, and for what. */
export interface Attempt {
  readonly origin: Origin;
  /** For the log: a tool's name, or a method and URI. */
  readonly what: string;
  readonly sessionId?: string;
}

/**
 * The workspace that an actor names by id or name (or leaves out where it has exactly one), in which its role is at
 * least `need`. What an agent is refused is logged as `access.denied`: also what is not there, as else the log, and
 * the time that it takes, would tell it from what is.
 * @throws HubError `forbidden`, `not_found`, `invalid_argument`
 */
export function reachWorkspace(hub: Hub, attempt: Attempt, idOrName: string | undefined, need: Role): WorkspaceState {
  const { actor } = attempt.origin;
  const found = resolveWorkspace(hub.state, actor, idOrName);
  if (found instanceof HubError) {
    if (found.code === 'not_found' && idOrName !== undefined) logDenied(hub, attempt, found, { asked: idOrName });
    throw found;
  }
  const refused = requireRole(hub.state, actor, found.id, need);
  if (!refused) return found;
  logDenied(hub, attempt, refused, { workspace: found.id });
  throw refused;
}

/**
 * Checks that an actor has at least a role where a thing lies that it named by its id (a job, an upload). Without any
 * role there, `missing` is thrown: the error for an id that never was.
 *
 * @param workspace id of the workspace; undefined where there is no such thing
 */
export function reachThing(
  hub: Hub,
  attempt: Attempt,
  {
    workspace,
    missing,
    need,
  }: { readonly workspace: string | undefined; readonly missing: HubError; readonly need: Role },
): string {
  const { actor } = attempt.origin;
  if (workspace === undefined) {
    logDenied(hub, attempt, missing, {});
    throw missing;
  }
  const refused = requireRole(hub.state, actor, workspace, need);
  if (!refused) return workspace;
  const error = refused.code === 'not_found' ? missing : refused;
  logDenied(hub, attempt, error, { workspace });
  throw error;
}

/** Logs a refusal to an agent. While the disk refuses writes, the refusal stands without its line in the log. */
export function logDenied(
  hub: Hub,
  { origin, what, sessionId }: Attempt,
  { code, message }: HubError,
  about: Pick<Denial, 'asked' | 'workspace'>,
): void {
  try {
    hub.commit(
      denyAccess,
      { code, what, message, ...about, ...(sessionId === undefined ? {} : { sessionId }) },
      origin,
    );
  } catch (error) {
    if (!(error instanceof HubError && error.code === 'storage_failed')) throw error;
  }
}
