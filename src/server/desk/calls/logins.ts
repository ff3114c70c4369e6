import type { HubAnswers } from '../../../protocol/api.ts';
import type { loginCalls } from '../../../protocol/calls/logins.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Clients that want to log in: the person lets them in, or does not. */
export function answerLoginCalls({ hub, logins }: CallDeps): Pick<HubAnswers, keyof typeof loginCalls> {
  return {
    loginAllow: async ({ id, name, role, workspace }) => {
      (await logins()).allow(id, { name, role, workspace: workspaceOf(hub, workspace) });
    },
    loginDeny: async ({ id }) => {
      (await logins()).deny(id);
    },
  };
}
