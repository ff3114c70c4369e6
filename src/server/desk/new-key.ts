import type { Hub } from '../../hub/hub.ts';
import { createKey } from '../../hub/rules/keys.ts';
import { newSecret } from '../../hub/data-dir/secrets.ts';
import type { NewKey } from '../../protocol/records.ts';
import type { Role } from '../../protocol/roles.ts';
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
}

/** Makes a key and its secret. Only the secret's hash is logged, so this answer is the only place where it appears. */
export async function createKeyWithSecret(hub: Hub, { name, roles, expiresAt, sample }: NewKeyInput): Promise<NewKey> {
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
    },
    PERSON,
  );
  return { keyId, secret };
}
