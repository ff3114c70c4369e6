import { HubError } from '../../protocol/errors.ts';
import type { LinkRefusal } from '../../protocol/link-refusal.ts';
import { isLinkOver, linkOver } from '../../protocol/link-over.ts';
import { mayGiveLink } from '../../protocol/owns-now.ts';
import type { HubState, LinkState } from '../../protocol/state.ts';
import { linkRefusalWords } from '../../protocol/words/link-words.ts';
import { limitReached } from '../limits.ts';
import { requireRole, seesWorkspace } from '../permission.ts';
import type { FileLookup, Rule } from '../rule.ts';

export const LEAST_LINK_MS = 60_000;
export const MOST_LINK_MS = 30 * 24 * 60 * 60 * 1000;
export const MOST_LINK_USES = 1_000;

export interface CreateLink {
  readonly workspace: string;
  readonly path: string;
  /** The newest when left out. */
  readonly version?: number;
  readonly ttlMs: number;
  readonly maxUses?: number;
  readonly passwordHash?: string;
}

/** Makes a link to one version of a file: anyone with its address gets the content. Only owners and the person may. */
export const createLink: Rule<CreateLink, LinkState> = (state, command, env) => {
  const { workspace, path, ttlMs, maxUses, passwordHash } = command;
  const bad = requireRole(state, env.actor, workspace, 'owner');
  if (bad) return bad;
  const wrong = malformed(command);
  if (wrong !== undefined) return new HubError('invalid_argument', wrong);
  const file = env.files.byPath(workspace, path);
  const version = command.version ?? file?.version ?? 0;
  if (!file || file.deletedAt !== undefined || !env.files.version(file.id, version)) {
    const what = command.version === undefined ? path : `version ${command.version} of ${path}`;
    return new HubError('not_found', `There is no ${what} in this workspace.`, { details: { path } });
  }
  const open = [...state.links.values()].filter((one) => one.workspace === workspace && !isLinkOver(one, env.now));
  if (open.length >= env.limits['links-per-workspace']) return limitReached(env.limits, 'links-per-workspace');
  const id = env.newId('lnk');
  const link = {
    workspace,
    fileId: file.id,
    path: file.path,
    version,
    expiresAt: env.now + ttlMs,
    ...(maxUses === undefined ? {} : { maxUses }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
  };
  return {
    events: [{ type: 'link.created', linkId: id, ...link }],
    answer: () => ({ id, ...link, createdBy: env.actor, createdAt: env.now, uses: 0 }),
  };
};

/** Ends a link. Revoking it again changes nothing. */
export const revokeLink: Rule<{ readonly linkId: string }, LinkState> = (state, { linkId }, env) => {
  const link = state.links.get(linkId);
  const workspace = link && state.workspaces.get(link.workspace);
  if (!link || !workspace || !seesWorkspace(env.actor, workspace)) return noLink(linkId);
  const bad = requireRole(state, env.actor, workspace.id, 'owner');
  if (bad) return bad;
  return {
    events:
      link.revokedAt === undefined ? [{ type: 'link.revoked', workspace: workspace.id, linkId, path: link.path }] : [],
    answer: () => link,
  };
};

export interface UseLink {
  readonly linkId: string;
  readonly uses: number;
  readonly remote: string;
}

/** Counts downloads of a link; refuses with `gone` where it gives nothing any more. */
export const useLink: Rule<UseLink, void> = (state, { linkId, uses, remote }, env) => {
  const link = state.links.get(linkId);
  const over = link ? whyOver(state, link, env.files, env.now) : linkGone('over');
  if (over) return over;
  return {
    events: link ? [{ type: 'link.used', workspace: link.workspace, linkId, path: link.path, uses, remote }] : [],
    answer: () => undefined,
  };
};

export interface RefuseLink {
  readonly linkId: string;
  readonly why: LinkRefusal;
  readonly tries: number;
  readonly remote: string;
}

/** Logs a refused download by the holder of a link's address; does nothing for a link that is not known any more. */
export const refuseLink: Rule<RefuseLink, void> = (state, { linkId, why, tries, remote }) => {
  const link = state.links.get(linkId);
  return {
    events: link
      ? [{ type: 'link.refused', workspace: link.workspace, linkId, path: link.path, why, tries, remote }]
      : [],
    answer: () => undefined,
  };
};

/** `void`: who made it may not any more. `purged`: its version is no longer there. */
export type LinkStatus = 'open' | 'revoked' | 'expired' | 'used_up' | 'void' | 'purged';

export function linkStatus(
  state: HubState,
  link: LinkState,
  files: Pick<FileLookup, 'byId' | 'version'>,
  now: number,
): LinkStatus {
  const over = linkOver(link, now);
  if (over !== undefined && over !== 'used_up') return over;
  const roles = state.workspaces.get(link.workspace)?.roles;
  if (!mayGiveLink({ keys: state.keys, roles }, link, now)) return 'void';
  const file = files.byId(link.fileId);
  const isThere = file && file.deletedAt === undefined && files.version(link.fileId, link.version);
  return isThere ? (over ?? 'open') : 'purged';
}

/** Why a link gives nothing, but for that it is used up: a download that was begun may be finished. */
export function whyOver(
  state: HubState,
  link: LinkState,
  files: Pick<FileLookup, 'byId' | 'version'>,
  now: number,
): HubError | undefined {
  const status = linkStatus(state, link, files, now);
  return status === 'open' ? undefined : linkGone(status);
}

function linkGone(status: Exclude<LinkStatus, 'open'> | 'over'): HubError {
  const why = status === 'over' ? 'it was revoked, used up or has expired' : linkRefusalWords(status);
  return new HubError('gone', `This link is over: ${why}. Ask the person or agent that gave it to you for a new one.`, {
    details: { status },
  });
}

export function noLink(linkId: string): HubError {
  return new HubError('not_found', `There is no link ${linkId}; link_list names those that there are.`, {
    details: { link_id: linkId },
  });
}

function malformed({ ttlMs, maxUses }: CreateLink): string | undefined {
  if (!Number.isSafeInteger(ttlMs) || ttlMs < LEAST_LINK_MS || ttlMs > MOST_LINK_MS) {
    return 'A link lasts from a minute to 30 days.';
  }
  if (maxUses !== undefined && (!Number.isSafeInteger(maxUses) || maxUses < 1 || maxUses > MOST_LINK_USES)) {
    return `A link may be used from 1 to ${MOST_LINK_USES} times; leave that out for no limit.`;
  }
  return undefined;
}
