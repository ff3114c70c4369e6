import { z } from 'zod';
import { LEAST_LINK_MS, MOST_LINK_MS, MOST_LINK_USES, noLink, revokeLink } from '../../../../hub/rules/links.ts';
import { HubError } from '../../../../protocol/errors.ts';
import { pathArgument, versionArgument, workspaceArgument } from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesFile, namesNoFile } from '../define-tool/named-files.ts';
import { nextCursor, pageArguments, pageByKey, pageOutput } from '../define-tool/page-arguments.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { baseUrl } from '../addresses/base-url.ts';
import { filePath } from '../reading/file-path.ts';
import { count, time } from '../views/common.ts';
import { linkFields, linkShape, linkView, type LinkView } from '../views/link-view.ts';
import { PageRoom } from '../views/page-room.ts';
import { ownersList } from '../define-tool/owners-list.ts';

const create = defineTool({
  name: 'link_create',
  title: 'Make a download link',
  description:
    'Makes a link to one version of a file and gives its url, once: anyone with the url can download that version without a key, until it expires, is used up or is revoked with link_revoke. Needs the owner role; the link ends with it. ' +
    'Later versions of the file are not in it. limit_reached: revoke another link first.',
  role: 'owner',
  set: 'owner',
  effect: 'gives',
  idempotent: false,
  files: namesFile,
  logs: ['workspace', 'path', 'version', 'expires_in_s', 'max_uses'],
  secrets: ['password'],
  input: {
    workspace: workspaceArgument,
    path: pathArgument,
    version: versionArgument,
    expires_in_s: z
      .number()
      .int()
      .min(LEAST_LINK_MS / 1000)
      .max(MOST_LINK_MS / 1000)
      .default(86_400)
      .describe('How long it lasts; a day when left out, 30 days at most.'),
    max_uses: z
      .number()
      .int()
      .min(1)
      .max(MOST_LINK_USES)
      .optional()
      .describe('Downloads after which it is used up. No limit when left out.'),
    password: z.string().min(8).max(200).optional().describe('Asked when the link is opened, as by curl -u :PASSWORD.'),
  },
  output: { workspace: z.string(), ...linkFields, url: z.string().describe('Given this once') },
  run: async (args, call) => {
    const { ctx, deps } = call;
    const { hub, links } = deps;
    const { id } = call.workspace(args.workspace);
    const { answer: link } = await links.commitCreate(ctx.origin, {
      workspace: id,
      path: filePath(args.path),
      ttlMs: args.expires_in_s * 1000,
      ...(args.version === undefined ? {} : { version: args.version }),
      ...(args.max_uses === undefined ? {} : { maxUses: args.max_uses }),
      ...(args.password === undefined ? {} : { password: args.password }),
    });
    // When its call is cancelled before the answer is out, nobody has its address.
    const revoke = (): void => {
      try {
        hub.commit(revokeLink, { linkId: link.id }, ctx.origin);
      } catch (error) {
        if (!(error instanceof HubError)) throw error; // the disk refuses writes: it expires
      }
    };
    if (ctx.signal.aborted) revoke();
    else ctx.signal.addEventListener('abort', revoke, { once: true });
    return {
      say: `Anyone with this url can download ${link.path}, version ${link.version}, until ${time(link.expiresAt)}. It is not shown again.`,
      result: { workspace: id, ...linkView(link, hub), url: baseUrl(deps, ctx) + links.addressOf(link.id) },
    };
  },
});

const list = defineTool({
  name: 'link_list',
  title: 'List download links',
  description:
    'Lists the download links of a workspace: those that are open, with how often each was used or refused, and the last that are over. Their addresses are not in it. Needs the owner role.',
  ...ownersList,
  logs: ['workspace', 'path', 'limit'],
  input: {
    workspace: workspaceArgument,
    path: pathArgument.optional().describe('Only links to the file that was at this path.'),
    ...pageArguments,
  },
  output: { workspace: z.string(), links: z.array(linkShape), ...pageOutput },
  run: (args, call) => {
    const { deps, state } = call;
    const { id, name } = call.workspace(args.workspace);
    const path = args.path === undefined ? undefined : filePath(args.path);
    const links = [...state.links.values()].filter(
      (link) => link.workspace === id && (path === undefined || link.path === path),
    );
    const room = new PageRoom<LinkView>(args.max_bytes);
    const page = pageByKey(
      links,
      (link) => `${time(link.createdAt)}\n${link.id}`,
      args,
      (link) => room.take(linkView(link, deps.hub)),
    );
    return {
      say: `${name} has ${count(links.length, 'download link')}.`,
      result: { workspace: id, links: room.items, ...nextCursor(page) },
    };
  },
});

const revoke = defineTool({
  name: 'link_revoke',
  title: 'Revoke a download link',
  description:
    'Ends a download link: its address gives nothing any more, at once. A download that is under way is not broken off. Needs the owner role.',
  role: 'owner',
  set: 'owner',
  effect: 'destroys',
  idempotent: true,
  files: namesNoFile,
  logs: ['link_id'],
  input: { link_id: z.string().min(1).max(100).describe('The link_id of link_create or link_list.') },
  output: { workspace: z.string(), link_id: z.string(), revoked: z.literal(true) },
  run: ({ link_id: linkId }, call) => {
    const { ctx, deps, state } = call;
    call.thing(state.links.get(linkId)?.workspace, noLink(linkId));
    const { answer } = deps.hub.commit(revokeLink, { linkId }, ctx.origin);
    return {
      say: `The link to ${answer.path} is revoked.`,
      result: { workspace: answer.workspace, link_id: linkId, revoked: true as const },
    };
  },
});

export const linkTools: readonly ToolDefinition[] = [create, list, revoke];
