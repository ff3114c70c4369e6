import { useCallback } from 'react';
import { useUi } from '../dashboard-context.tsx';
import { isWideWindow } from '../wide-window.ts';

/** Opens the page of a session. In a wide window its details stay beside it; elsewhere there is no room for both. */
export function useOpenSession(): (sessionId: string) => void {
  const go = useUi((ui) => ui.go);
  const close = useUi((ui) => ui.closeInspector);
  const isPinned = useUi((ui) => ui.isInspectorPinned);
  return useCallback(
    (sessionId) => {
      if (!isPinned && !isWideWindow()) close();
      go('sessions', { session: sessionId });
    },
    [go, close, isPinned],
  );
}
