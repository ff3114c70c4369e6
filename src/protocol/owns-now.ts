import { roleAtLeast, type Role } from './roles.ts';
import type { KeyState, LinkState } from './state.ts';

/** What is looked at to know who owns a workspace. */
export interface Owners {
  readonly keys: { get(keyId: string): KeyState | undefined };
  /** Role in the workspace, by key id. */
  readonly roles: Readonly<Record<string, Role>> | undefined;
}

/** Whether a key owns a workspace, and can be used: what it gave away, such as links and offers, holds only so long. */
export function ownsNow({ keys, roles }: Owners, keyId: string, now: number): boolean {
  const key = keys.get(keyId);
  if (!key || key.revokedAt !== undefined || key.suspendedAt !== undefined) return false;
  if (key.expiresAt !== undefined && key.expiresAt <= now) return false;
  return roleAtLeast(roles?.[keyId], 'owner');
}

/** Whether who made a link may give its file away now: the person always may. */
export function mayGiveLink(owners: Owners, { createdBy }: Pick<LinkState, 'createdBy'>, now: number): boolean {
  return createdBy.kind !== 'agent' || ownsNow(owners, createdBy.key, now);
}
