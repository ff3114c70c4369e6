import type { HubAnswers } from '../../../protocol/api.ts';
import type { keyCalls as calls } from '../../../protocol/calls/keys.ts';
import { renameAgent } from '../../../hub/rules/agents.ts';
import { removeMember, setMember } from '../../../hub/rules/members.ts';
import { setKeyTools, suspendKey, updateKey } from '../../../hub/rules/key-changes.ts';
import { resumeKey, revokeKey } from '../../../hub/rules/keys.ts';
import { PERSON } from '../../../hub/rule.ts';
import type { CallDeps } from '../deps.ts';
import { keySees } from '../key-sees.ts';
import { createKeyWithSecret, rotateKeyWithSecret } from '../new-key.ts';
import { checkPolicy } from '../check-policy.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Keys, and their roles in workspaces. */
export function answerKeyCalls(deps: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  const { hub } = deps;
  return {
    keyCreate: async (input) => {
      if (input.tools) checkPolicy(deps, input.tools);
      return createKeyWithSecret(hub, input);
    },
    connectKeyCreate: async (input) => {
      const { connectKey } = await import('../connect-key.ts'); // no start needs it
      const { keyId } = await connectKey(hub, deps.connectSecret, { ...input, again: true });
      return { keyId };
    },
    keyRotate: async ({ keyId, graceMs }) => rotateKeyWithSecret(hub, keyId, graceMs),
    keyUpdate: async (input) => {
      await hub.execute(updateKey, input, PERSON);
    },
    keySetTools: async ({ keyId, tools }) => {
      checkPolicy(deps, tools);
      await hub.execute(setKeyTools, { keyId, tools }, PERSON);
    },
    keySuspend: async ({ keyId, reason }) => {
      await hub.execute(suspendKey, { keyId, reason }, PERSON);
    },
    keySees: async ({ keyId, tools }) => keySees(deps, keyId, tools),
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
