import { idOfAgent } from '../../protocol/agent-id.ts';
import type { KeyState, SessionState, WorkspaceState } from '../../protocol/state.ts';

/** The only connected agent of a workspace (`agentId`), sample agents aside; undefined for none or several, also of one key. */
export function onlyAgent(
  sessions: ReadonlyMap<string, SessionState>,
  keys: ReadonlyMap<string, KeyState>,
  { roles }: Pick<WorkspaceState, 'roles'>,
): string | undefined {
  const ids = new Set<string>();
  for (const session of sessions.values()) {
    const { keyId, status } = session;
    if (status === 'ready' && roles[keyId] !== undefined && keys.get(keyId)?.sample !== true)
      ids.add(idOfAgent(session));
  }
  const [only] = ids;
  return ids.size === 1 ? only : undefined;
}
