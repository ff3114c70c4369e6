import type { Role } from '../../../protocol/roles.ts';
import type { KeyState } from '../../../protocol/state.ts';

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
