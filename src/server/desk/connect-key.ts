import { randomBytes } from 'node:crypto';
import { secretHash } from '../../hub/data-dir/secrets.ts';
import type { Hub } from '../../hub/hub.ts';
import { PERSON } from '../../hub/rule.ts';
import { createKey } from '../../hub/rules/keys.ts';
import { isSameName } from '../../hub/rules/names.ts';
import { HubError } from '../../protocol/errors.ts';
import type { NewKey } from '../../protocol/records.ts';
import type { Role } from '../../protocol/roles.ts';
import type { KeyState } from '../../protocol/state.ts';
import { DEFAULT_TOOLS } from '../../protocol/tool-policy.ts';
import { workspaceOf } from './workspace-of.ts';
import type { ConnectSecret } from './connect-secret.ts';

export interface ConnectKeyInput {
  readonly name: string;
  /** What a new key may do; one that there is keeps its roles. */
  readonly role: Role;
  /** Id or name; may be left out while there is only one. */
  readonly workspace?: string | undefined;
  /** Whether a new one is made where the last of this name was revoked: the person's own wish. */
  readonly again?: boolean | undefined;
}

/**
 * The key of `signalbox connect --as NAME` and its secret: made the first time, and the same one ever after.
 *
 * @throws HubError `key_revoked` where the person revoked it, `conflict` where it was rotated, `name_taken` where the
 * name is that of another key, `invalid_argument` and `not_found` for a wrong name or workspace
 */
export async function connectKey(hub: Hub, secrets: ConnectSecret, input: ConnectKeyInput): Promise<NewKey> {
  const { name, role, again = false } = input;
  const named = [...hub.state.keys.values()].filter((key) => isSameName(key.name, name));
  const usable = named.find((key) => key.revokedAt === undefined);
  if (usable) return { keyId: usable.id, secret: secretOf(usable, secrets) };
  if (!again && named.some((key) => key.connectSalt !== undefined)) {
    throw new HubError(
      'key_revoked',
      `The key ${name} was revoked at the desk. The person lets it in again by setting the client up once more (Connect at the desk, signalbox setup), or with: signalbox keys create ${name} --connect`,
    );
  }
  const connectSalt = randomBytes(16).toString('base64url');
  const secret = secrets.of(connectSalt);
  // Nothing is waited for since the state was looked at: of two that ask at once, the second finds the key.
  const { keyId } = await hub.execute(
    createKey,
    {
      name,
      secretSha256: secretHash(secret),
      connectSalt,
      roles: { [workspaceFor(hub, input.workspace)]: role },
      tools: DEFAULT_TOOLS,
    },
    PERSON,
  );
  return { keyId, secret };
}

function secretOf(key: KeyState, secrets: ConnectSecret): string {
  if (key.connectSalt === undefined) {
    throw nameTaken(key);
  }
  const secret = secrets.of(key.connectSalt);
  if (secretHash(secret) === key.secretSha256) return secret;
  throw new HubError(
    'conflict',
    `The key ${key.name} was given another secret at the desk. Give that one in SIGNALBOX_KEY, or revoke the key and choose another name with --as.`,
  );
}

/** A name whose key is none of `signalbox connect`. */
export function nameTaken(key: KeyState): HubError {
  return new HubError(
    'name_taken',
    `The key ${key.name} was made at the desk, and its secret is not kept. Choose another name with --as, or give that secret in SIGNALBOX_KEY.`,
  );
}

function workspaceFor(hub: Hub, idOrName: string | undefined): string {
  if (idOrName !== undefined) return workspaceOf(hub, idOrName);
  const [only, ...others] = hub.state.workspaces.values();
  if (only && others.length === 0) return only.id;
  const names = [...hub.state.workspaces.values()].slice(0, 10).map((workspace) => workspace.name);
  throw new HubError(
    'invalid_argument',
    only
      ? `There are several workspaces (${names.join(', ')}): name one with --workspace.`
      : 'There is no workspace yet: make one at the desk.',
  );
}
