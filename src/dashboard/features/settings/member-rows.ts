import { ownsNow, type Owners } from '../../../protocol/owns-now.ts';
import type { Role } from '../../../protocol/roles.ts';
import type { KeyState, TransferState } from '../../../protocol/state.ts';

export interface MemberRow {
  readonly key: KeyState;
  readonly role: Role;
  readonly status: 'usable' | 'expired' | 'suspended';
}

/**
 * The keys with a role in a workspace, owners first, and those that could get one: neither revoked nor expired. Each by name.
 *
 * @param roles by key id
 */
export function memberRows(
  keys: Iterable<KeyState>,
  roles: Readonly<Record<string, Role>>,
  now: number,
): { readonly members: readonly MemberRow[]; readonly others: readonly KeyState[] } {
  const members: MemberRow[] = [];
  const others: KeyState[] = [];
  for (const key of [...keys].sort((a, b) => a.name.localeCompare(b.name))) {
    const role = roles[key.id];
    const isExpired = key.expiresAt !== undefined && key.expiresAt <= now;
    if (key.revokedAt !== undefined) continue;
    if (role === undefined) {
      if (!isExpired) others.push(key);
      continue;
    }
    members.push({ key, role, status: isExpired ? 'expired' : key.suspendedAt === undefined ? 'usable' : 'suspended' });
  }
  const rank = ({ role }: MemberRow): number => ['owner', 'editor', 'viewer'].indexOf(role);
  return { members: members.sort((a, b) => rank(a) - rank(b)), others };
}

/** How many keys have a role: a revoked one keeps its roles for those who look at it, and has none. */
export function memberCount(roles: Readonly<Record<string, Role>>, keys: ReadonlyMap<string, KeyState>): number {
  return Object.keys(roles).filter((id) => keys.has(id) && keys.get(id)?.revokedAt === undefined).length;
}

/** The open offers of a workspace, the oldest first, and whether each can be claimed now: its maker must still own it. */
export function openOffers(
  transfers: Iterable<TransferState>,
  workspace: string,
  owners: Owners,
  now: number,
): readonly { readonly offer: TransferState; readonly isGood: boolean }[] {
  return [...transfers]
    .filter((one) => one.workspace === workspace && one.over === undefined && one.expiresAt > now)
    .sort((a, b) => a.createdAt - b.createdAt)
    .map((offer) => ({ offer, isGood: ownsNow(owners, offer.keyId, now) }));
}
