import { HubError } from '../../../../protocol/errors.ts';
import type { Role } from '../../../../protocol/roles.ts';
import type { WorkspaceState } from '../../../../protocol/state.ts';
import type { Hub } from '../../../../hub/hub.ts';
import { requireBestRole, requireRole, resolveWorkspace, workspaceCalled } from '../../../../hub/permission.ts';
import type { CallContext } from './call-context.ts';

/** Longest text of a refused request that is logged, in characters: a caller may send anything. */
const MAX_WHAT = 300;

/**
 * The workspace that an agent names by id or name (or leaves out where it has exactly one), after
 * a check that its role there is at least `need`. Refusals for lack of a role are logged as
 * `access.denied`; reaching outside the granted workspaces also ends the connection.
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
  const { actor } = ctx.origin;
  const found = resolveWorkspace(hub.state, actor, idOrName);
  if (found instanceof HubError) {
    if (found.code === 'forbidden') denied(hub, ctx, found, what, idOrName, 'ends');
    throw found;
  }
  const refusal = requireRole(hub.state, actor, found.id, need);
  if (refusal) {
    denied(hub, ctx, refusal, what, found.id, 'stays');
    throw refusal;
  }
  return found;
}

/**
 * Checks that a key may do something that is about no existing workspace; see {@link requireBestRole}.
 * @throws HubError `forbidden`
 */
export function enterAnywhere(hub: Hub, ctx: CallContext, need: Role, what: string): void {
  const refusal = requireBestRole(hub.state, ctx.origin.actor, need);
  if (!refusal) return;
  denied(hub, ctx, refusal, what, undefined, 'stays');
  throw refusal;
}

function denied(
  hub: Hub,
  ctx: CallContext,
  refusal: HubError,
  what: string,
  idOrName: string | undefined,
  connection: 'ends' | 'stays',
): void {
  const workspace = idOrName === undefined ? undefined : workspaceCalled(hub.state, idOrName)?.id;
  try {
    hub.record(
      [
        {
          type: 'access.denied',
          ...(workspace === undefined ? {} : { workspace }),
          keyId: ctx.key.id,
          sessionId: ctx.sessionId,
          code: refusal.code,
          what: what.slice(0, MAX_WHAT),
        },
      ],
      ctx.origin,
    );
  } catch (error) {
    // While the disk refuses writes, the refusal stands without its line in the log.
    if (!(error instanceof HubError && error.code === 'storage_failed')) throw error;
  }
  if (connection === 'ends') ctx.endConnection(refusal);
}
