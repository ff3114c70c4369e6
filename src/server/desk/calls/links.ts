import type { HubAnswers } from '../../../protocol/api.ts';
import type { linkCalls as calls } from '../../../protocol/calls/links.ts';
import { PERSON } from '../../../hub/rule.ts';
import { revokeLink } from '../../../hub/rules/links.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Download links, in the menu of a file. */
export function answerLinkCalls({ hub, links, url, publicUrl }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    linkCreate: async ({ workspace, path, ttlMs, version, maxUses, password }) => {
      const input = {
        workspace: workspaceOf(hub, workspace),
        path,
        ttlMs,
        ...(version === undefined ? {} : { version }),
        ...(maxUses === undefined ? {} : { maxUses }),
        ...(password === undefined ? {} : { password }),
      };
      const { id: linkId } = await hub.durably(() => links.commitCreate(PERSON, input));
      return { linkId, url: (publicUrl ?? url()) + links.addressOf(linkId) };
    },
    linkRevoke: async ({ linkId }) => {
      await hub.execute(revokeLink, { linkId }, PERSON);
    },
  };
}
