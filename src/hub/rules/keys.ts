import { HubError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { Role } from '../../protocol/roles.ts';
import type { HubState } from '../../protocol/state.ts';
import type { ToolPolicy } from '../../protocol/tool-policy.ts';
import type { Rule } from '../rule.ts';
import { isSameName, properName } from './names.ts';
import { onlyPeople } from './only-people.ts';
import { removeFromLocks } from './vacate.ts';

export interface CreateKey {
  readonly name: string;
  readonly secretSha256: string;
  /** Ms since the epoch. */
  readonly expiresAt?: number;
  /** Marks keys of the hub's own sample agents, because a person may give a key the same name. */
  readonly sample?: true;
  /** Its tools; if absent, those that there were before tools could be chosen. */
  readonly tools?: ToolPolicy;
  readonly note?: string;
  /** For `signalbox connect`, which gets its secret again at each start. */
  readonly connectSalt?: string;
  /** For a client that logged in: what it calls itself, and the SHA-256 of its refresh token, hex. */
  readonly login?: { readonly client: string; readonly refreshSha256: string };
  /** A new id, where it is wanted before. */
  readonly keyId?: string;
  /** Role by workspace id. */
  readonly roles: Readonly<Record<string, Role>>;
}

/** Makes a key with its roles. Refuses with `name_taken` for the name of a key that is in use, or one that looks the same. */
export const createKey: Rule<CreateKey, { readonly keyId: string }> = (state, command, env) => {
  const { secretSha256, expiresAt, sample, roles, tools, note, connectSalt, login } = command;
  const bad = onlyPeople(env.actor, 'make keys');
  if (bad) return bad;
  const name = freeName(state, command.name);
  if (name instanceof HubError) return name;
  if (expiresAt !== undefined && expiresAt <= env.now) {
    return new HubError('invalid_argument', 'The key would have expired already; choose a later time.', {
      details: { expiresAt },
    });
  }
  const unknown = Object.keys(roles).find((workspace) => !state.workspaces.has(workspace));
  if (unknown !== undefined) {
    return new HubError('not_found', `There is no workspace ${unknown} to give a role in.`, {
      details: { workspace: unknown },
    });
  }
  const keyId = command.keyId ?? env.newId('key');
  const members = Object.entries(roles).map(([workspace, role]): EventBody => ({
    type: 'member.set',
    workspace,
    keyId,
    role,
  }));
  return {
    events: [
      {
        type: 'key.created',
        keyId,
        name,
        secretSha256,
        ...(expiresAt === undefined ? {} : { expiresAt }),
        ...(sample === undefined ? {} : { sample }),
        ...(tools === undefined ? {} : { tools }),
        ...(note === undefined || note.trim() === '' ? {} : { note: note.trim() }),
        ...(connectSalt === undefined ? {} : { connectSalt }),
        ...(login === undefined ? {} : { login }),
      },
      ...members,
    ],
    answer: () => ({ keyId }),
  };
};

/** The name that a new key may have; `invalid_argument` for one that is none, `name_taken` for that of a key in use. */
export function freeName(state: Pick<HubState, 'keys'>, given: string): string | HubError {
  const name = properName('key', given);
  if (name instanceof HubError) return name;
  const taken = state.keys.values().find((key) => key.revokedAt === undefined && isSameName(key.name, name));
  if (!taken) return name;
  const why = `There is a key ${taken.name} already. Choose another name, or revoke that key first.`;
  return new HubError('name_taken', why, { details: { name } });
}

export interface RevokeKey {
  readonly keyId: string;
  /** Why, for the log. */
  readonly reason?: string | undefined;
}

/** Revokes a key and releases its locks and places in queues, in one commit. Revoking it again changes nothing. */
export const revokeKey: Rule<RevokeKey, void> = (state, { keyId, reason }, env) => {
  const bad = onlyPeople(env.actor, 'revoke keys');
  if (bad) return bad;
  const key = state.keys.get(keyId);
  if (!key) return new HubError('not_found', `There is no key ${keyId}.`, { details: { keyId } });
  if (key.revokedAt !== undefined) return { events: [], answer: () => undefined };
  return {
    events: [
      ...removeFromLocks(state, keyId, 'key_revoked', env),
      { type: 'key.revoked', keyId, ...(reason === undefined ? {} : { reason }) },
    ],
    answer: () => undefined,
  };
};

/** Lifts the suspension of a key; only a person may. Does nothing for one that is not suspended. */
export const resumeKey: Rule<Pick<RevokeKey, 'keyId'>, void> = (state, { keyId }, env) => {
  const bad = onlyPeople(env.actor, 'resume keys');
  if (bad) return bad;
  const key = state.keys.get(keyId);
  if (!key) return new HubError('not_found', `There is no key ${keyId}.`, { details: { keyId } });
  return { events: key.suspendedAt === undefined ? [] : [{ type: 'key.resumed', keyId }], answer: () => undefined };
};
