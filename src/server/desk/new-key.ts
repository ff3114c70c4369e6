import type { Hub } from '../../hub/hub.ts';
import { rotateKey } from '../../hub/rules/key-changes.ts';
import { createKey } from '../../hub/rules/keys.ts';
import { newSecret } from '../../hub/data-dir/secrets.ts';
import type { NewKey } from '../../protocol/records.ts';
import type { Role } from '../../protocol/roles.ts';
import { DEFAULT_TOOLS, type ToolPolicy } from '../../protocol/tool-policy.ts';
import { PERSON } from '../../hub/rule.ts';
import { workspaceOf } from './workspace-of.ts';

export interface NewKeyInput {
  readonly name: string;
  /** Role by workspace, which is given by id or name. */
  readonly roles: Readonly<Record<string, Role>>;
  /** Ms since the epoch; a key without it does not expire. */
  readonly expiresAt?: number | undefined;
  /** For the hub's own sample agents. */
  readonly sample?: true;
  /** Default: the usual ones. */
  readonly tools?: ToolPolicy | undefined;
  readonly note?: string | undefined;
}

/** Makes a key and its secret. Only the secret's hash is logged, so this answer is the only place where it appears. */
export async function createKeyWithSecret(hub: Hub, input: NewKeyInput): Promise<NewKey> {
  const { name, roles, expiresAt, sample, tools = DEFAULT_TOOLS, note } = input;
  const { secret, secretSha256 } = newSecret();
  const byId: Record<string, Role> = {};
  for (const [workspace, role] of Object.entries(roles)) byId[workspaceOf(hub, workspace)] = role;
  const { keyId } = await hub.execute(
    createKey,
    {
      name,
      roles: byId,
      secretSha256,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(sample === undefined ? {} : { sample }),
      tools,
      ...(note === undefined ? {} : { note }),
    },
    PERSON,
  );
  return { keyId, secret };
}

/** Gives a key a new secret, and says until when the one before is good too. */
export async function rotateKeyWithSecret(
  hub: Hub,
  keyId: string,
  graceMs: number,
): Promise<NewKey & { readonly graceUntil: number }> {
  const { secret, secretSha256 } = newSecret();
  const { graceUntil } = await hub.execute(rotateKey, { keyId, secretSha256, graceMs }, PERSON);
  return { keyId, secret, graceUntil };
}
