import type { HubAnswers } from '../../../protocol/api.ts';
import type { auditCalls as calls } from '../../../protocol/calls/audit.ts';
import { CheckpointSigner } from '../../../hub/audit/checkpoint-signer.ts';
import type { Hub } from '../../../hub/hub.ts';
import { PERSON } from '../../../hub/rule.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { CallDeps } from '../deps.ts';
import { toFrame } from '../../../protocol/session-frame.ts';
import { workspaceOf } from '../workspace-of.ts';

/** An id stays as it is: events of a workspace that was deleted are there, too. A name is that of one. Throws `not_found`. */
function workspaceAsked(hub: Hub, idOrName: string): string {
  return /^wsp_[0-9a-z]+$/u.test(idOrName) ? idOrName : workspaceOf(hub, idOrName);
}

/** Reads the log. Only what is on disk is seen here. */
export function answerAuditCalls({ hub, recorder, files, retention }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  const signer = new CheckpointSigner(hub);
  return {
    auditPage: async ({ workspace, ...query }) =>
      hub.audit.page(workspace === undefined ? query : { ...query, workspace: workspaceAsked(hub, workspace) }),
    namedIds: async ({ ids }) => hub.audit.namedIds(ids, hub.state),
    event: async ({ seq }) => hub.audit.event(seq),
    causes: async ({ seq }) => {
      const { events, frameId } = await hub.audit.causes(seq);
      if (frameId === undefined) return { events };
      try {
        return { events, frame: toFrame((await recorder.get(frameId)).frame) };
      } catch (error) {
        // Not kept any more, or never recorded.
        if (error instanceof HubError) return { events, passed: frameId };
        throw error;
      }
    },
    effects: async ({ cause }) => hub.audit.effects(cause),
    checkContents: async ({ cursor }) => files.checkContents(cursor),
    auditCheckpoint: async () => signer.sign(),
    prunableEvents: async ({ before }) => {
      const events = await retention.plan(before);
      return events ? { events } : {};
    },
    pruneLog: async ({ before }) => {
      const events = await retention.prune(before, PERSON);
      return events ? { events } : {};
    },
    setRetention: async ({ keepMs }) => retention.set(keepMs ?? undefined, PERSON),
    verifyLog: async () => hub.audit.verify(),
  };
}
