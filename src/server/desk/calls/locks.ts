import type { HubAnswers } from '../../../protocol/api.ts';
import type { lockCalls as calls } from '../../../protocol/calls/locks.ts';
import { forceReleaseLock } from '../../../hub/rules/locks.ts';
import { PERSON, type CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Taking a lock from its holder. */
export function lockCalls({ hub }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    lockForceRelease: async ({ workspace, path, lockId }) => {
      await hub.execute(forceReleaseLock, { workspace: workspaceOf(hub, workspace), path, lockId }, PERSON);
    },
  };
}
