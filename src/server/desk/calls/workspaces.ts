import type { HubAnswers } from '../../../protocol/api.ts';
import type { workspaceCalls as calls } from '../../../protocol/calls/workspaces.ts';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../../hub/rules/workspaces.ts';
import { PERSON } from '../../../hub/rule.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

export function answerWorkspaceCalls({ hub }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    workspaceCreate: async ({ name }) => hub.execute(createWorkspace, { name }, PERSON),
    workspaceUpdate: async ({ workspace, ...change }) => {
      await hub.execute(updateWorkspace, { workspace: workspaceOf(hub, workspace), ...change }, PERSON);
    },
    workspaceDelete: async ({ workspace, confirm }) => {
      await hub.execute(deleteWorkspace, { workspace: workspaceOf(hub, workspace), confirm }, PERSON);
    },
  };
}
