import type { HubAnswers } from '../../../protocol/api.ts';
import type { keyCalls as calls } from '../../../protocol/calls/keys.ts';
import { renameAgent } from '../../../hub/rules/agents.ts';
import { removeMember, setMember } from '../../../hub/rules/members.ts';
import { resumeKey, revokeKey } from '../../../hub/rules/keys.ts';
import { PERSON } from '../../../hub/rule.ts';
import type { CallDeps } from '../deps.ts';
import { createKeyWithSecret } from '../new-key.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Keys, and their roles in workspaces. */
export function keyCalls({ hub }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    keyCreate: async (input) => createKeyWithSecret(hub, input),
    keyRevoke: async ({ keyId, reason }) => {
      await hub.execute(revokeKey, { keyId, reason }, PERSON);
    },
    keyResume: async ({ keyId }) => {
      await hub.execute(resumeKey, { keyId }, PERSON);
    },
    agentRename: async (input) => {
      await hub.execute(renameAgent, input, PERSON);
    },
    keyNames: async ({ keyIds }) => Object.fromEntries(keyIds.map((keyId) => [keyId, hub.keyName(keyId)])),
    memberSet: async ({ workspace, keyId, role }) => {
      await hub.execute(setMember, { workspace: workspaceOf(hub, workspace), keyId, role }, PERSON);
    },
    memberRemove: async ({ workspace, keyId }) => {
      await hub.execute(removeMember, { workspace: workspaceOf(hub, workspace), keyId }, PERSON);
    },
    hasFirstKey: async () => hub.firstKey !== undefined,
    takeFirstKey: async () => hub.takeFirstKey(),
  };
}
