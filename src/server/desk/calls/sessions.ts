import type { HubAnswers } from '../../../protocol/api.ts';
import type { sessionCalls as calls } from '../../../protocol/calls/sessions.ts';
import { CLOSED_AT_DESK } from '../../../protocol/end-reasons.ts';
import type { CallDeps } from '../deps.ts';
import { toDetail } from '../frame-detail.ts';

/** Closed sessions, kept frames, and closing a session. */
export function answerSessionCalls({ hub, recorder, closeSession }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    pastSessions: async (request) => hub.audit.pastSessions(request),
    closeSession: ({ sessionId, reason }) =>
      closeSession(sessionId, reason === undefined ? CLOSED_AT_DESK : `${CLOSED_AT_DESK}: ${reason}`),
    frame: async ({ frameId }) => toDetail(await recorder.get(frameId)),
  };
}
