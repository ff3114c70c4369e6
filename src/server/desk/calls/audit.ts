import type { HubAnswers } from '../../../protocol/api.ts';
import type { auditCalls as calls } from '../../../protocol/calls/audit.ts';
import type { CallDeps } from '../deps.ts';

/** Reads the log. Only what is on disk is seen here. */
export function auditCalls({ hub, frames, files }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    auditPage: async (query) => hub.audit.page(query),
    event: async ({ seq }) => hub.audit.event(seq),
    causes: async ({ seq }) => {
      const { events, frameId } = await hub.audit.causes(seq);
      const frame = frameId === undefined ? undefined : frames.detail(frameId)?.frame;
      return frame ? { events, frame } : { events };
    },
    effects: async ({ cause }) => hub.audit.effects(cause),
    checkContents: async ({ cursor }) => files.checkContents(cursor),
    verifyLog: async () => hub.audit.verify(),
  };
}
