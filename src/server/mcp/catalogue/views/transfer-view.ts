import { z } from 'zod';
import { transferStatus } from '../../../../hub/rules/transfers.ts';
import { keptRoleSchema } from '../../../../protocol/events/transfers.ts';
import type { HubState, TransferState } from '../../../../protocol/state.ts';
import { keyName, time, timeShape } from './common.ts';

export const transferFields = {
  transfer_id: z.string(),
  status: z
    .enum(['open', 'claimed', 'cancelled', 'expired', 'void'])
    .describe('void: its maker is no owner any more, or its key cannot be used'),
  from_key: z.string().describe('Key id of the owner that offers it'),
  from_name: z.string(),
  keep_role: keptRoleSchema.describe('What that owner is afterwards'),
  to_key: z.string().optional().describe('The one key that may claim it'),
  created_at: timeShape,
  expires_at: timeShape,
};
export const transferShape = z.strictObject(transferFields);
export type TransferView = z.output<typeof transferShape>;

export function transferView(transfer: TransferState, state: HubState, now: number): TransferView {
  const { id, keyId, keptRole, toKeyId, createdAt, expiresAt } = transfer;
  return {
    transfer_id: id,
    status: transferStatus(state, transfer, now),
    from_key: keyId,
    from_name: keyName(keyId, state),
    keep_role: keptRole,
    ...(toKeyId === undefined ? {} : { to_key: toKeyId }),
    created_at: time(createdAt),
    expires_at: time(expiresAt),
  };
}
