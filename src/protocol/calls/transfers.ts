import { z } from 'zod';
import { call } from './define-call.ts';
import { id } from './fields.ts';

const transfer = z.strictObject({ transferId: id });

/** Offers of ownership; which there are is in the state. */
export const transferCalls = {
  /** Withdraws an offer. */
  transferCancel: call(transfer).answers<void>(),
  /** The person takes the workspace over: its former owner gets the role that it chose. */
  transferClaim: call(transfer).answers<void>(),
};
