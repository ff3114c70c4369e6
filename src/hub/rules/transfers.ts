import { HubError } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import type { KeptRole } from '../../protocol/events/transfers.ts';
import { ownsNow } from '../../protocol/owns-now.ts';
import type { HubState, TransferState } from '../../protocol/state.ts';
import { limitReached } from '../limits.ts';
import { requireBestRole, requireRole, seesWorkspace } from '../permission.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { noKey } from './members.ts';
import { removeFromLocks } from './vacate.ts';

/** How long an offer of ownership can be claimed. */
export const TRANSFER_TTL_MS = 72 * 60 * 60 * 1000;

export interface CreateTransfer {
  readonly workspace: string;
  readonly tokenSha256: string;
  readonly keptRole: KeptRole;
  /** The only key that may claim it. */
  readonly toKeyId?: string;
}

/** Offers the ownership of a workspace to the key that brings the token. The person gives roles at the desk instead. */
export const createTransfer: Rule<CreateTransfer, TransferState> = (state, command, env) => {
  const { workspace, tokenSha256, keptRole, toKeyId } = command;
  const { actor, now } = env;
  const bad = requireRole(state, actor, workspace, 'owner');
  if (bad) return bad;
  if (actor.kind !== 'agent') {
    return new HubError('invalid_argument', 'A person owns no workspace: give a key the owner role instead.');
  }
  if (toKeyId !== undefined && state.keys.get(toKeyId)?.revokedAt !== undefined) return noKey(toKeyId);
  if (toKeyId !== undefined && !state.keys.has(toKeyId)) return noKey(toKeyId);
  if (toKeyId === actor.key) return new HubError('conflict', 'You own this workspace already: name another key.');
  const open = [...state.transfers.values()].filter(
    (one) => one.workspace === workspace && transferStatus(state, one, now) === 'open',
  );
  if (open.length >= env.limits['transfers-per-workspace']) return limitReached(env.limits, 'transfers-per-workspace');
  const id = env.newId('trf');
  const rest = { workspace, keyId: actor.key, tokenSha256, keptRole, expiresAt: now + TRANSFER_TTL_MS };
  const offer = { ...rest, ...(toKeyId === undefined ? {} : { toKeyId }) };
  return {
    events: [{ type: 'transfer.created', transferId: id, ...offer }],
    answer: () => ({ id, ...offer, createdAt: now }),
  };
};

/** Withdraws an offer; owners and the person may. */
export const cancelTransfer: Rule<{ readonly transferId: string }, TransferState> = (state, { transferId }, env) => {
  const transfer = state.transfers.get(transferId);
  const workspace = transfer && state.workspaces.get(transfer.workspace);
  if (!transfer || !workspace || !seesWorkspace(env.actor, workspace)) return noTransfer(transferId);
  const bad = requireRole(state, env.actor, workspace.id, 'owner');
  if (bad) return bad;
  const over = whyOver(state, transfer, env.now);
  if (over && transferStatus(state, transfer, env.now) !== 'void') return over;
  return {
    events: [{ type: 'transfer.cancelled', workspace: workspace.id, transferId }],
    answer: () => transfer,
  };
};

/** An agent claims by the token, the person by the offer's id. */
export type ClaimTransfer = { readonly tokenSha256: string } | { readonly transferId: string };

/** What a claim comes to. */
export interface Claim {
  readonly transfer: TransferState;
  readonly workspaceName: string;
}

/** Moves the ownership in one commit: the claimant owns the workspace, the giver keeps the role that it chose. */
export const claimTransfer: Rule<ClaimTransfer, Claim> = (state, command, env) => {
  const claim = checkClaim(state, command, env);
  if (claim instanceof HubError) return claim;
  const { transfer } = claim;
  const { workspace, keyId, keptRole, id: transferId } = transfer;
  const claimant = env.actor.kind === 'agent' ? env.actor.key : undefined;
  const isOwner = claimant !== undefined && state.workspaces.get(workspace)?.roles[claimant] === 'owner';
  const lost = keptRole === 'editor' ? [] : removeFromLocks(state, keyId, 'forbidden', env, workspace);
  const kept: EventBody =
    keptRole === 'none'
      ? { type: 'member.removed', workspace, keyId }
      : { type: 'member.set', workspace, keyId, role: keptRole };
  return {
    events: [
      {
        type: 'workspace.transferred',
        workspace,
        transferId,
        keyId,
        ...(claimant === undefined ? {} : { toKeyId: claimant }),
        keptRole,
      },
      ...(claimant === undefined || isOwner
        ? []
        : [{ type: 'member.set' as const, workspace, keyId: claimant, role: 'owner' as const }]),
      ...lost,
      kept,
    ],
    answer: () => claim,
  };
};

/** What {@link claimTransfer} would do, or why it would not. */
export function checkClaim(
  state: HubState,
  command: ClaimTransfer,
  { actor, now }: Pick<RuleEnv, 'actor' | 'now'>,
): Claim | HubError {
  const transfer = meant(state, command);
  const workspace = transfer && state.workspaces.get(transfer.workspace);
  const isForAnother = actor.kind === 'agent' && transfer?.toKeyId !== undefined && transfer.toKeyId !== actor.key;
  if (!transfer || !workspace || isForAnother) {
    return 'transferId' in command
      ? noTransfer(command.transferId)
      : new HubError(
          'not_found',
          'No offer of a workspace has this token for you. It may be mistyped, long over, or meant for another key: ask its owner for a new one.',
        );
  }
  if ('transferId' in command && actor.kind === 'agent') return noTransfer(command.transferId);
  const bad = requireBestRole(state, actor, 'editor');
  if (bad) return bad;
  const over = whyOver(state, transfer, now);
  if (over) return over;
  if (actor.kind === 'agent' && actor.key === transfer.keyId) {
    return new HubError('conflict', 'You own this workspace already: the token is for the one that is to own it.');
  }
  return { transfer, workspaceName: workspace.name };
}

function meant({ transfers }: HubState, command: ClaimTransfer): TransferState | undefined {
  if ('transferId' in command) return transfers.get(command.transferId);
  return transfers.values().find(({ tokenSha256 }) => tokenSha256 === command.tokenSha256);
}

/** `void`: who offered it is no owner any more, or its key can no longer be used. */
export type TransferStatus = 'open' | 'claimed' | 'cancelled' | 'expired' | 'void';

export function transferStatus(state: HubState, transfer: TransferState, now: number): TransferStatus {
  if (transfer.over) return transfer.over.how;
  if (transfer.expiresAt <= now) return 'expired';
  const roles = state.workspaces.get(transfer.workspace)?.roles;
  return ownsNow({ keys: state.keys, roles }, transfer.keyId, now) ? 'open' : 'void';
}

function whyOver(state: HubState, transfer: TransferState, now: number): HubError | undefined {
  const status = transferStatus(state, transfer, now);
  if (status === 'open') return undefined;
  const at = new Date(transfer.over?.at ?? transfer.expiresAt).toISOString();
  const words = {
    claimed: `was claimed at ${at}: a token is good for one claim`,
    cancelled: `was withdrawn at ${at}`,
    expired: `expired at ${at}`,
    void: 'does not count any more: who made it owns the workspace no longer, or its key cannot be used',
  }[status];
  return new HubError('gone', `This offer ${words}. Ask an owner of the workspace for a new one.`, {
    details: { status },
  });
}

export function noTransfer(transferId: string): HubError {
  return new HubError('not_found', `There is no offer ${transferId}; transfer_list names those that there are.`, {
    details: { transfer_id: transferId },
  });
}
