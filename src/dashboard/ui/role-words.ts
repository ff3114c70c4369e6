import type { Role } from '../../protocol/roles.ts';

/** What a role lets a key do, for choices. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'viewer: reads and watches',
  editor: 'editor: writes, locks, runs jobs',
  owner: 'owner: also members and settings',
};
