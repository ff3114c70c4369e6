import { useCallback } from 'react';
import { useUi } from '../dashboard-context.tsx';
import type { ScreenParams } from '../ui-slice.ts';
import { isWideWindow } from '../wide-window.ts';

/**
 * Opens a page of Sessions: that of a session, or of a client that was refused. In a wide window the inspector stays
 * beside it; elsewhere it would lie on it.
 */
export function useOpenPage(): (params: ScreenParams) => void {
  const go = useUi((ui) => ui.go);
  const close = useUi((ui) => ui.closeInspector);
  const isPinned = useUi((ui) => ui.isInspectorPinned);
  return useCallback(
    (params) => {
      if (!isPinned && !isWideWindow()) close();
      go('sessions', params);
    },
    [go, close, isPinned],
  );
}
