import { HubError } from '../../protocol/errors.ts';
import type { Actor } from '../../protocol/envelope.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { HubState } from '../../protocol/state.ts';
import { requireBestRole, requireRole, workspacesOf } from '../permission.ts';
import { limitReached } from '../limits.ts';
import type { Rule } from '../rule.ts';
import { isSameName, properName } from './names.ts';
import { waiterRefusal } from './vacate.ts';

/** Default quota: bytes of all versions of all files of a workspace. */
export const DEFAULT_QUOTA_BYTES = 50 * 1024 ** 3;

export interface CreateWorkspace {
  readonly name: string;
  readonly quotaBytes?: number;
}

/** Makes a workspace; an agent that makes one becomes its owner. Refuses with `name_taken`, `limit_reached`, and `forbidden` for a key that is only a viewer. */
export const createWorkspace: Rule<CreateWorkspace, { readonly workspace: string }> = (state, command, env) => {
  const { quotaBytes = DEFAULT_QUOTA_BYTES } = command;
  const name = properName('workspace', command.name);
  if (name instanceof HubError) return name;
  const { actor } = env;
  const bad = taken(state, actor, name) ?? quotaProblem(quotaBytes);
  if (bad) return bad;
  const refused = requireBestRole(state, actor, 'editor');
  if (refused) return refused;
  if (actor.kind === 'agent' && madeBy(state, actor.key) >= env.limits['workspaces-per-key']) {
    return limitReached(env.limits, 'workspaces-per-key');
  }
  const workspace = env.newId('wsp');
  const owner: readonly EventBody[] =
    actor.kind === 'agent' ? [{ type: 'member.set', workspace, keyId: actor.key, role: 'owner' }] : [];
  return {
    events: [{ type: 'workspace.created', workspace, name, quotaBytes, intelligence: false }, ...owner],
    answer: () => ({ workspace }),
  };
};

/** How many workspaces that are still there a key has made. */
function madeBy({ workspaces }: HubState, keyId: string): number {
  let count = 0;
  for (const { createdBy } of workspaces.values()) if (createdBy === keyId) count += 1;
  return count;
}

export interface UpdateWorkspace {
  readonly workspace: string;
  readonly name?: string;
  readonly quotaBytes?: number;
  /** Whether its files are indexed. */
  readonly intelligence?: boolean;
}

/** Changes what is given; only differences are logged. A quota below the usage only stops growth. */
export const updateWorkspace: Rule<UpdateWorkspace, void> = (state, command, env) => {
  const { workspace, quotaBytes, intelligence } = command;
  const bad = requireRole(state, env.actor, workspace, 'owner');
  if (bad) return bad;
  const was = state.workspaces.get(workspace);
  // Its present name may be one that is no longer allowed.
  const name =
    command.name === undefined || command.name === was?.name ? was?.name : properName('workspace', command.name);
  if (name instanceof HubError) return name;
  const problem =
    (name === undefined || name === was?.name ? undefined : taken(state, env.actor, name, workspace)) ??
    (quotaBytes === undefined ? undefined : quotaProblem(quotaBytes));
  if (problem) return problem;
  const change = {
    ...(name === undefined || name === was?.name ? {} : { name }),
    ...(quotaBytes === undefined || quotaBytes === was?.quotaBytes ? {} : { quotaBytes }),
    ...(intelligence === undefined || intelligence === was?.intelligence ? {} : { intelligence }),
  };
  return {
    events: Object.keys(change).length === 0 ? [] : [{ type: 'workspace.updated', workspace, ...change }],
    answer: () => undefined,
  };
};

export interface DeleteWorkspace {
  readonly workspace: string;
  /** The workspace's name, so that nobody deletes the wrong one. */
  readonly confirm: string;
}

/** Deletes a workspace with all that is live in it: locks, waiters, uploads, jobs. */
export const deleteWorkspace: Rule<DeleteWorkspace, void> = (state, { workspace, confirm }, env) => {
  const bad = requireRole(state, env.actor, workspace, 'owner');
  if (bad) return bad;
  const name = state.workspaces.get(workspace)?.name;
  if (confirm !== name && confirm.normalize('NFC') !== name) {
    return new HubError(
      'invalid_argument',
      `To delete this workspace with all its files, confirm with its name: ${name}.`,
      {
        details: { workspace, name },
      },
    );
  }
  return {
    events: [
      ...endLocks(state, workspace, env.now),
      ...endWork(state, workspace),
      { type: 'workspace.deleted', workspace, ...(name === undefined ? {} : { name }) },
    ],
    answer: () => undefined,
  };
};

function endLocks(state: HubState, workspace: string, now: number): readonly EventBody[] {
  return [...state.locks.in(workspace)].flatMap((lock): readonly EventBody[] => [
    ...lock.waiters.map((waiter) => waiterRefusal(lock, waiter, 'not_found')),
    {
      type: 'lock.released',
      workspace,
      path: lock.path,
      lockId: lock.lockId,
      keyId: lock.keyId,
      fence: lock.fence,
      how: 'workspace_deleted',
      heldMs: now - lock.acquiredAt,
    },
  ]);
}

function endWork(state: HubState, workspace: string): readonly EventBody[] {
  const reason = 'workspace_deleted';
  const uploads = [...state.uploads.values()]
    .filter((upload) => upload.workspace === workspace)
    .map(({ id, path }): EventBody => ({ type: 'upload.cancelled', workspace, uploadId: id, path, reason }));
  const jobs = [...state.jobs.values()]
    .filter((job) => job.workspace === workspace)
    .map(({ id }): EventBody => ({ type: 'job.cancelled', workspace, jobId: id, reason, log: [] }));
  return [...uploads, ...jobs];
}

/**
 * Names are unique among the workspaces that an actor sees, so that `name_taken` tells nobody of others.
 *
 * @param except the workspace that is renamed: it may change the case of its own name
 */
function taken(state: HubState, actor: Actor, name: string, except?: string): HubError | undefined {
  const others = workspacesOf(state, actor).filter(({ id }) => id !== except);
  if (!others.some((other) => isSameName(other.name, name) || isSameName(other.id, name))) return undefined;
  return new HubError('name_taken', `There is a workspace ${name} already. Choose another name.`, {
    details: { name },
  });
}

function quotaProblem(quotaBytes: number): HubError | undefined {
  if (Number.isSafeInteger(quotaBytes) && quotaBytes >= 0) return undefined;
  return new HubError('invalid_argument', 'The quota is a whole number of bytes, 0 or more.', {
    details: { quotaBytes },
  });
}
