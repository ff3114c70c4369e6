import type { WorkspaceState } from '../protocol/state.ts';

/**
 * What the screens cover: one workspace, or all. Everything is covered by one where the hub has no other, so
 * nothing need be said then.
 *
 * @param chosen the workspace that the switch shows
 * @returns its id; undefined: nothing is left out
 */
export function scopeOf(
  workspaces: ReadonlyMap<string, unknown>,
  chosen: string | undefined,
  isAll: boolean,
): string | undefined {
  return isAll || workspaces.size < 2 ? undefined : chosen;
}

type Roles = WorkspaceState['roles'];

/**
 * Whether an agent belongs to a scope: it has a role there, or in no workspace at all. A key that is granted
 * nothing yet would otherwise be found nowhere.
 *
 * @param all roles by key id, of each workspace
 * @param here those of the scope; undefined: nothing is left out
 */
export function keysInScope(all: Iterable<Roles>, here: Roles | undefined): (keyId: string) => boolean {
  if (here === undefined) return () => true;
  const elsewhere = new Set<string>();
  for (const roles of all) {
    if (roles !== here) for (const keyId of Object.keys(roles)) elsewhere.add(keyId);
  }
  return (keyId) => here[keyId] !== undefined || !elsewhere.has(keyId);
}
