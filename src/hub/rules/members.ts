import { HubError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { Role } from '../../protocol/roles.ts';
import type { HubState, KeyState } from '../../protocol/state.ts';
import { requireRole } from '../permission.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { removeFromLocks } from './vacate.ts';

export interface SetMember {
  readonly workspace: string;
  readonly keyId: string;
  readonly role: Role;
}

/** Gives a key a role or changes it. A viewer loses its locks. */
export const setMember: Rule<SetMember, void> = (state, { workspace, keyId, role }, env) => {
  const bad = requireRole(state, env.actor, workspace, 'owner');
  if (bad) return bad;
  const key = state.keys.get(keyId);
  // Agents do not learn which keys there were: a revoked one is answered like one that never was.
  if (!key || (env.actor.kind === 'agent' && key.revokedAt !== undefined)) return noKey(keyId);
  if (key.revokedAt !== undefined) {
    return new HubError('conflict', `The key ${key.name} is revoked and cannot be given a role.`, {
      details: { keyId },
    });
  }
  if (state.workspaces.get(workspace)?.roles[keyId] === role) return { events: [], answer: () => undefined };
  if (role !== 'owner') {
    const last = lastOwner(state, env, workspace, keyId);
    if (last) return last;
  }
  const lost: readonly EventBody[] =
    role === 'viewer' ? removeFromLocks(state, keyId, 'forbidden', env, workspace) : [];
  return { events: [...lost, { type: 'member.set', workspace, keyId, role }], answer: () => undefined };
};

/** For an id that is no key's, as for a key that nobody may use any more. */
export function noKey(keyId: string): HubError {
  return new HubError(
    'not_found',
    `There is no key ${keyId}. A key is named by its key_id, which its agent finds with whoami.`,
    { details: { keyId } },
  );
}

export interface RemoveMember {
  readonly workspace: string;
  readonly keyId: string;
}

/** Removes a key's role and its locks there. A key may always remove itself. */
export const removeMember: Rule<RemoveMember, void> = (state, { workspace, keyId }, env) => {
  const itself = env.actor.kind === 'agent' && env.actor.key === keyId;
  const bad = requireRole(state, env.actor, workspace, itself ? 'viewer' : 'owner');
  if (bad) return bad;
  if (state.workspaces.get(workspace)?.roles[keyId] === undefined) {
    return new HubError('not_found', `The key ${keyId} is no member of this workspace.`, {
      details: { workspace, keyId },
    });
  }
  const last = lastOwner(state, env, workspace, keyId);
  if (last) return last;
  return {
    events: [
      ...removeFromLocks(state, keyId, 'forbidden', env, workspace),
      { type: 'member.removed', workspace, keyId },
    ],
    answer: () => undefined,
  };
};

/** Whether somebody can still come with a key: it is neither revoked nor expired. */
function isUsable(key: KeyState | undefined, now: number): boolean {
  return key !== undefined && key.revokedAt === undefined && (key.expiresAt === undefined || key.expiresAt > now);
}

/** Agents may not leave a workspace without an owner. A person may, who can name another one. */
function lastOwner(state: HubState, env: RuleEnv, workspace: string, keyId: string): HubError | undefined {
  if (env.actor.kind !== 'agent') return undefined;
  const roles = Object.entries(state.workspaces.get(workspace)?.roles ?? {});
  const others = roles.some(([id, role]) => role === 'owner' && id !== keyId && isUsable(state.keys.get(id), env.now));
  const owns = roles.some(([id, role]) => role === 'owner' && id === keyId);
  if (!owns || others) return undefined;
  return new HubError('conflict', 'This is the last owner of the workspace. Make another key owner first.', {
    details: { workspace, keyId },
  });
}
