import type { HubAnswers } from '../../../protocol/api.ts';
import type { sessionCalls as calls } from '../../../protocol/calls/sessions.ts';
import { CLOSED_AT_DESK } from '../../../protocol/end-reasons.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { CallDeps } from '../deps.ts';

/** Closed sessions, kept frames, and closing a session. */
export function sessionCalls({ hub, frames, closeSession }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    pastSessions: async (request) => hub.audit.pastSessions(request),
    closeSession: ({ sessionId, reason }) =>
      closeSession(sessionId, reason === undefined ? CLOSED_AT_DESK : `${CLOSED_AT_DESK}: ${reason}`),
    frame: async ({ frameId }) => {
      const detail = frames.detail(frameId);
      if (detail) return detail;
      throw new HubError(
        'gone',
        `Frame ${frameId} is not kept any more: the hub keeps each session's latest frames until it restarts.`,
      );
    },
  };
}
