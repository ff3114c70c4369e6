import { HubError } from '../../../../protocol/errors.ts';
import { roleAtLeast, type Role } from '../../../../protocol/roles.ts';
import type { HubState, WorkspaceState } from '../../../../protocol/state.ts';
import type { Hub } from '../../../../hub/hub.ts';
import { requireRole, resolveWorkspace, workspaceCalled } from '../../../../hub/permission.ts';
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

/** The greatest role that a key has in any workspace; undefined when it has none. */
export function bestRole(state: HubState, keyId: string): Role | undefined {
  let best: Role | undefined;
  for (const { roles } of state.workspaces.values()) {
    const role = roles[keyId];
    if (role !== undefined && !roleAtLeast(best, role)) best = role;
  }
  return best;
}

/**
 * Checks that a key may do something that is about no existing workspace. A key without any role
 * may: otherwise it could never get one by itself.
 * @throws HubError `forbidden`
 */
export function requireBestRole(hub: Hub, ctx: CallContext, need: Role, what: string): void {
  const best = bestRole(hub.state, ctx.key.id);
  if (best === undefined || roleAtLeast(best, need)) return;
  const refusal = new HubError(
    'forbidden',
    `This needs the role ${need} in some workspace; this key is only ${best}. Ask an owner or the person at the desk.`,
    { details: { role: best, needs: need } },
  );
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
