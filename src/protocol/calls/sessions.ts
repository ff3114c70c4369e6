import { z } from 'zod';
import type { Frame, FrameDetail } from '../frames.ts';
import { pageRequestSchema, type Page, type PastSession } from '../records.ts';
import { call } from './define-call.ts';
import { id, reason } from './fields.ts';

const session = z.strictObject({ sessionId: id });

export const sessionCalls = {
  pastSessions: call(pageRequestSchema).answers<Page<PastSession>>(),
  closeSession: call(z.strictObject({ sessionId: id, reason })).answers<void>(),
  frame: call(z.strictObject({ frameId: id })).answers<FrameDetail>(),
};

/** The frames of a session, for the channel that asks. */
export const frameWatchCalls = {
  /** The frames kept of a session, oldest first, and from now on its new ones as pushes. */
  watchFrames: call(session).answers<readonly Frame[]>(),
  unwatchFrames: call(session).answers<void>(),
};
