import type { KeyState, SessionState, WorkspaceState } from '../../protocol/state.ts';

/** The id of the key of the only connected agent of a workspace, sample agents aside; undefined for none or several. */
export function onlyAgent(
  sessions: ReadonlyMap<string, SessionState>,
  keys: ReadonlyMap<string, KeyState>,
  { roles }: Pick<WorkspaceState, 'roles'>,
): string | undefined {
  const ids = new Set<string>();
  for (const { keyId, status } of sessions.values()) {
    if (status === 'ready' && roles[keyId] !== undefined && keys.get(keyId)?.sample !== true) ids.add(keyId);
  }
  const [only] = ids;
  return ids.size === 1 ? only : undefined;
}
