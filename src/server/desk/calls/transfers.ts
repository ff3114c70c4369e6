import type { HubAnswers } from '../../../protocol/api.ts';
import type { transferCalls as calls } from '../../../protocol/calls/transfers.ts';
import { PERSON } from '../../../hub/rule.ts';
import { cancelTransfer, claimTransfer } from '../../../hub/rules/transfers.ts';
import type { CallDeps } from '../deps.ts';

/** Offers of ownership, in the members of a workspace. */
export function answerTransferCalls({ hub }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    transferCancel: async ({ transferId }) => {
      await hub.execute(cancelTransfer, { transferId }, PERSON);
    },
    transferClaim: async ({ transferId }) => {
      await hub.execute(claimTransfer, { transferId }, PERSON);
    },
  };
}
