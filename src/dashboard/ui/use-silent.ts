import { useCallback } from 'react';
import type { SessionState } from '../../protocol/state.ts';
import { useDashboard } from '../dashboard-context.tsx';
import { isUnseen } from '../presence.ts';
import { useNow } from './times.tsx';

/**
 * Whether a session is {@link isUnseen}: a new function each ten seconds, as time alone makes one so. Pulses come
 * several times a second, and a count need not be rendered with each.
 */
export function useSilent(): (session: SessionState) => boolean {
  const { store } = useDashboard();
  const now = useNow(10_000);
  return useCallback((session) => isUnseen(session, store.getState().server.pulses.get(session.id), now), [store, now]);
}
