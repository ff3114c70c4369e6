import { z } from 'zod';
import type { OpenAnswer, OpenPart } from '../open-answer.ts';
import { call } from './define-call.ts';
import { id, nothing } from './fields.ts';

export const connectionCalls = {
  /**
   * Begins the pushes, once its last part was answered. With `since` of the same log, answers the events after it; else (or when
   * they are more than 5,000) a snapshot with the last 500 events. Parts that it does not know are left
   * out of account: a page of any version must be able to learn that it is outdated.
   */
  open: call(
    z.object({ since: z.object({ logId: id, seq: z.number().int().nonnegative() }).optional() }),
  ).answers<OpenAnswer>(),
  /** The next part of `open`'s answer, until one has no `more`; the pushes begin after that one. */
  openMore: call(nothing).answers<OpenPart>(),
  /** Answers at once, and does nothing: whether the hub is still there. */
  ping: call(nothing).answers<void>(),
};
