import type { LinkState } from './state.ts';

/** Why a link gives nothing any more; undefined while it may. */
export function linkOver(link: LinkState, now: number): 'revoked' | 'expired' | 'used_up' | undefined {
  if (link.revokedAt !== undefined) return 'revoked';
  if (link.expiresAt <= now) return 'expired';
  return link.maxUses !== undefined && link.uses >= link.maxUses ? 'used_up' : undefined;
}

export function isLinkOver(link: LinkState, now: number): boolean {
  return linkOver(link, now) !== undefined;
}
