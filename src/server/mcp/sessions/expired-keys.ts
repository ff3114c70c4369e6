import type { Hub } from '../../../hub/hub.ts';
import type { SessionRegistry } from './session-registry.ts';

const EVERY_MS = 1_000;

/**
 * Calls `end` for each session whose key has expired, within a second: requests are asked for their key
 * anew each time, but an open stream would go on. The wall clock is looked at, so that setting it counts.
 * Returns how to stop.
 */
export function watchExpiredKeys(
  hub: Hub,
  sessions: Pick<SessionRegistry, 'states'>,
  end: (sessionId: string) => void,
): () => void {
  const look = (): void => {
    const now = hub.now();
    for (const { id, keyId } of sessions.states()) {
      const expiresAt = hub.state.keys.get(keyId)?.expiresAt;
      if (expiresAt !== undefined && expiresAt <= now) end(id);
    }
    handle = hub.timers.setTimeout(look, EVERY_MS);
  };
  let handle = hub.timers.setTimeout(look, EVERY_MS);
  return () => hub.timers.clearTimeout(handle);
}
