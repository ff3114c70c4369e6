import type { HubApi } from '../../../protocol/api.ts';
import { forceReleaseLock } from '../../../hub/rules/locks.ts';
import { PERSON, type CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Taking a lock from its holder. `lockId` is the lock that was looked at: a later one is not touched. */
export function lockCalls({ hub }: CallDeps): Pick<HubApi, 'lockForceRelease'> {
  return {
    lockForceRelease: async (workspace, path, lockId) => {
      await hub.execute(forceReleaseLock, { workspace: workspaceOf(hub, workspace), path, lockId }, PERSON);
    },
  };
}
