import type { HubApi } from '../../../protocol/api.ts';
import { removeMember, setMember } from '../../../hub/rules/members.ts';
import { revokeKey } from '../../../hub/rules/keys.ts';
import { PERSON, type CallDeps } from '../deps.ts';
import { createKeyWithSecret } from '../new-key.ts';
import { workspaceOf } from '../workspace-of.ts';

type KeyCalls = Pick<HubApi, 'keyCreate' | 'keyRevoke' | 'memberSet' | 'memberRemove' | 'hasFirstKey' | 'takeFirstKey'>;

/** Who may come in, and as what. */
export function keyCalls({ hub }: CallDeps): KeyCalls {
  return {
    keyCreate: async ({ name, expiresAt, roles }) => createKeyWithSecret(hub, { name, expiresAt, roles }),
    keyRevoke: async (keyId) => {
      await hub.execute(revokeKey, { keyId }, PERSON);
    },
    memberSet: async (workspace, keyId, role) => {
      await hub.execute(setMember, { workspace: workspaceOf(hub, workspace), keyId, role }, PERSON);
    },
    memberRemove: async (workspace, keyId) => {
      await hub.execute(removeMember, { workspace: workspaceOf(hub, workspace), keyId }, PERSON);
    },
    hasFirstKey: async () => hub.firstKey !== undefined,
    takeFirstKey: async () => hub.takeFirstKey(),
  };
}
