import type { HubApi } from '../../../protocol/api.ts';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../../hub/rules/workspaces.ts';
import { PERSON, type CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

type WorkspaceCalls = Pick<HubApi, 'workspaceCreate' | 'workspaceUpdate' | 'workspaceDelete'>;

export function workspaceCalls({ hub }: CallDeps): WorkspaceCalls {
  return {
    workspaceCreate: async (name) => hub.execute(createWorkspace, { name }, PERSON),
    workspaceUpdate: async (workspace, change) => {
      await hub.execute(updateWorkspace, { workspace: workspaceOf(hub, workspace), ...change }, PERSON);
    },
    workspaceDelete: async (workspace, confirm) => {
      await hub.execute(deleteWorkspace, { workspace: workspaceOf(hub, workspace), confirm }, PERSON);
    },
  };
}
