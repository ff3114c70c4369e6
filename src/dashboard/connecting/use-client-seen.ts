import { useMemo } from 'react';
import type { KeyState, SessionState } from '../../protocol/state.ts';
import type { ServerSlice } from '../server-slice.ts';
import { useServerCalmly } from '../ui/use-server-calmly.ts';

const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;
const keysOf = ({ keys }: ServerSlice): ServerSlice['keys'] => keys;

/** What tells whether a client was seen, live. */
export function useSeenParts(): { readonly keys: readonly KeyState[]; readonly sessions: readonly SessionState[] } {
  const sessions = useServerCalmly(sessionsOf);
  const keys = useServerCalmly(keysOf);
  return useMemo(() => ({ keys: [...keys.values()], sessions: [...sessions.values()] }), [keys, sessions]);
}
