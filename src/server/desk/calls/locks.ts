import type { HubAnswers } from '../../../protocol/api.ts';
import type { lockCalls as calls } from '../../../protocol/calls/locks.ts';
import { PERSON } from '../../../hub/rule.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Taking a lock from its holder. */
export function answerLockCalls({ hub, locks }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    lockForceRelease: async ({ workspace, path, lockId, reason }) => {
      const lock = { workspace: workspaceOf(hub, workspace), path, lockId, reason };
      await hub.durably(() => locks.force(PERSON, lock));
    },
  };
}
