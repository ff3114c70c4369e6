import { z } from 'zod';
import { newClaimToken, secretHash } from '../../../../hub/data-dir/secrets.ts';
import {
  cancelTransfer,
  checkClaim,
  claimTransfer,
  createTransfer,
  noTransfer,
} from '../../../../hub/rules/transfers.ts';
import { HubError } from '../../../../protocol/errors.ts';
import { keptRoleSchema } from '../../../../protocol/events/transfers.ts';
import { roleSchema } from '../../../../protocol/roles.ts';
import { workspaceArgument } from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import { nextCursor, pageArguments, pageByKey, pageOutput } from '../define-tool/page-arguments.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { count, keyName, sizeShape, time } from '../views/common.ts';
import { PageRoom } from '../views/page-room.ts';
import { transferFields, transferShape, transferView, type TransferView } from '../views/transfer-view.ts';
import { ownersList } from '../define-tool/owners-list.ts';

const create = defineTool({
  name: 'transfer_create',
  title: 'Offer ownership',
  description:
    'Offers the ownership of a workspace and gives a claim token, once: hand it to the agent that is to own it, which calls transfer_claim within 72 hours. Nothing changes before the claim; then you have keep_role. Needs the owner role. ' +
    'limit_reached: five offers are open; withdraw one with transfer_cancel.',
  role: 'owner',
  set: 'owner',
  effect: 'gives',
  idempotent: false,
  files: namesNoFile,
  logs: ['workspace', 'keep_role', 'to_key'],
  input: {
    workspace: workspaceArgument,
    keep_role: keptRoleSchema
      .default('editor')
      .describe('What you are after the claim; none takes you out of the workspace.'),
    to_key: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('The key_id of the only key that may claim it. Any key that has the token when left out.'),
  },
  output: { workspace: z.string(), ...transferFields, token: z.string().describe('Given this once') },
  run: (args, call) => {
    const { ctx, deps, state } = call;
    const { id, name } = call.workspace(args.workspace);
    const { token, tokenSha256 } = newClaimToken();
    const offer = { workspace: id, tokenSha256, keptRole: args.keep_role };
    const toKeyId = args.to_key === undefined ? {} : { toKeyId: args.to_key };
    const { answer: transfer } = deps.hub.commit(createTransfer, { ...offer, ...toKeyId }, ctx.origin);
    // When its call is cancelled before the answer is out, nobody has the token.
    const withdraw = (): void => {
      try {
        deps.hub.commit(cancelTransfer, { transferId: transfer.id }, ctx.origin);
      } catch (error) {
        if (!(error instanceof HubError)) throw error; // the disk refuses writes: it expires
      }
    };
    if (ctx.signal.aborted) withdraw();
    else ctx.signal.addEventListener('abort', withdraw, { once: true });
    return {
      say: `The key that calls transfer_claim with this token until ${time(transfer.expiresAt)} owns ${name}. The token is not shown again.`,
      result: { workspace: id, ...transferView(transfer, state, deps.hub.now()), token },
    };
  },
});

const list = defineTool({
  name: 'transfer_list',
  title: 'List offers of ownership',
  description:
    'Lists the offers of a workspace’s ownership: those that are open, and the last that were claimed, withdrawn or expired. Tokens are not in it. Needs the owner role.',
  ...ownersList,
  logs: ['workspace', 'limit'],
  input: { workspace: workspaceArgument, ...pageArguments },
  output: { workspace: z.string(), transfers: z.array(transferShape), ...pageOutput },
  run: (args, call) => {
    const { deps, state } = call;
    const { id, name } = call.workspace(args.workspace);
    const offers = [...state.transfers.values()].filter(({ workspace }) => workspace === id);
    const room = new PageRoom<TransferView>(args.max_bytes);
    const page = pageByKey(
      offers,
      (offer) => `${time(offer.createdAt)}\n${offer.id}`,
      args,
      (offer) => room.take(transferView(offer, state, deps.hub.now())),
    );
    return {
      say: `${name} has ${count(offers.length, 'offer')} of ownership.`,
      result: { workspace: id, transfers: room.items, ...nextCursor(page) },
    };
  },
});

const cancel = defineTool({
  name: 'transfer_cancel',
  title: 'Withdraw an offer of ownership',
  description:
    'Withdraws an offer of ownership: its token claims nothing any more. Needs the owner role. gone means that it was claimed, withdrawn or has expired already.',
  role: 'owner',
  set: 'owner',
  effect: 'destroys',
  idempotent: false,
  files: namesNoFile,
  logs: ['transfer_id'],
  input: { transfer_id: z.string().min(1).max(100).describe('The transfer_id of transfer_create or transfer_list.') },
  output: { workspace: z.string(), transfer_id: z.string(), cancelled: z.literal(true) },
  run: ({ transfer_id: transferId }, call) => {
    const { ctx, deps, state } = call;
    call.thing(state.transfers.get(transferId)?.workspace, noTransfer(transferId));
    const { answer } = deps.hub.commit(cancelTransfer, { transferId }, ctx.origin);
    return {
      say: `The offer ${transferId} is withdrawn.`,
      result: { workspace: answer.workspace, transfer_id: transferId, cancelled: true as const },
    };
  },
});

const claim = defineTool({
  name: 'transfer_claim',
  title: 'Claim ownership',
  description:
    'Takes over a workspace with the claim token that its owner gave you: you own it, and the former owner keeps the role that it chose. With preview: true it only says what would change. ' +
    'not_found: the token is none, or for another key. gone: it was used, withdrawn, or has expired; ask the owner for a new one.',
  role: 'editor',
  needsNoWorkspace: true,
  set: 'owner',
  effect: 'destroys',
  idempotent: false,
  files: namesNoFile,
  logs: ['preview'],
  secrets: ['token'],
  input: {
    token: z.string().min(1).max(200).describe('The token of transfer_create, which begins with sbt_.'),
    preview: z.boolean().default(false).describe('Change nothing, only say what the claim would change.'),
  },
  output: {
    claimed: z.boolean().describe('false for a preview'),
    workspace: z.string(),
    name: z.string(),
    file_count: z.number().int().min(0),
    used_bytes: sizeShape,
    member_count: z.number().int().min(0),
    your_role_before: roleSchema.optional(),
    your_role: roleSchema.describe('After the claim'),
    former_owner: z.string().describe('Key id'),
    former_owner_name: z.string(),
    former_owner_role: keptRoleSchema.describe('After the claim'),
    expires_at: transferFields.expires_at,
  },
  run: ({ token, preview }, call) => {
    const { ctx, deps, state } = call;
    call.anywhere();
    const asked = { tokenSha256: secretHash(token) };
    const found = checkClaim(state, asked, { actor: ctx.origin.actor, now: deps.hub.now() });
    if (found instanceof HubError) {
      if (found.code === 'not_found') call.denied(found);
      throw found;
    }
    const { transfer, workspaceName: name } = found;
    call.about(transfer.workspace);
    const before = state.workspaces.get(transfer.workspace);
    const { [ctx.key.id]: roleBefore, ...others } = before?.roles ?? {};
    if (!preview) deps.hub.commit(claimTransfer, asked, ctx.origin);
    const former = keyName(transfer.keyId, state);
    const role = transfer.keptRole === 'none' ? 'has no role in it any more' : `is ${transfer.keptRole}`;
    return {
      say: preview
        ? `With this claim you would own ${name}, and ${former} ${role}. Nothing has changed yet.`
        : `You own ${name} now, and ${former} ${role}.`,
      result: {
        claimed: !preview,
        workspace: transfer.workspace,
        name,
        file_count: before?.fileCount ?? 0,
        used_bytes: before?.usedBytes ?? 0,
        member_count: Object.keys(others).length + 1 - (transfer.keptRole === 'none' ? 1 : 0),
        ...(roleBefore === undefined ? {} : { your_role_before: roleBefore }),
        your_role: 'owner' as const,
        former_owner: transfer.keyId,
        former_owner_name: former,
        former_owner_role: transfer.keptRole,
        expires_at: time(transfer.expiresAt),
      },
    };
  },
});

export const transferTools: readonly ToolDefinition[] = [create, list, cancel, claim];
