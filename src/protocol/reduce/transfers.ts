import type { EventsOf } from '../events.ts';
import type { HubState, TransferState } from '../state.ts';
import { timeOf } from '../time-of.ts';

/** How many offers of a workspace that are over stay in the state: who comes late learns what became of it. */
const MOST_OVER = 5;

/** Offers of ownership. */
export function reduceTransfer(state: HubState, event: EventsOf<'transfer'>): void {
  switch (event.type) {
    case 'transfer.created': {
      const { transferId: id, workspace, keyId, tokenSha256, toKeyId, keptRole, expiresAt } = event;
      const createdAt = timeOf(event);
      state.transfers.set(id, {
        id,
        workspace,
        keyId,
        tokenSha256,
        ...(toKeyId === undefined ? {} : { toKeyId }),
        keptRole,
        createdAt,
        expiresAt,
      });
      forgetOldest(state, workspace, createdAt);
      return;
    }
    case 'transfer.cancelled':
      return endTransfer(state, event.transferId, { how: 'cancelled', at: timeOf(event) });
    default:
      event satisfies never;
  }
}

/** Marks an offer as claimed or cancelled. */
export function endTransfer(state: HubState, transferId: string, over: NonNullable<TransferState['over']>): void {
  const transfer = state.transfers.get(transferId);
  if (!transfer) return;
  state.transfers.set(transferId, { ...transfer, over });
  forgetOldest(state, transfer.workspace, over.at);
}

/** Those of a workspace that is gone. */
export function forgetTransfers(state: HubState, workspace: string): void {
  for (const transfer of state.transfers.values()) {
    if (transfer.workspace === workspace) state.transfers.delete(transfer.id);
  }
}

function forgetOldest(state: HubState, workspace: string, now: number): void {
  const over = [...state.transfers.values()].filter(
    (transfer) => transfer.workspace === workspace && (transfer.over !== undefined || transfer.expiresAt <= now),
  );
  for (const { id } of over.slice(0, Math.max(0, over.length - MOST_OVER))) state.transfers.delete(id);
}
