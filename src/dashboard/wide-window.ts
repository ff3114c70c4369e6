import { selected, type UiState } from './ui-slice.ts';

/** From this width of the window on, a session's messages and its details have room beside each other, px. */
const WIDE_PX = 1_440;

export function isWideWindow(): boolean {
  return window.innerWidth >= WIDE_PX;
}

/** Whether the inspector shows the details of the session whose messages are open: in a wide window they are part of its page. */
export function showsDetailsOfPage(ui: UiState): boolean {
  const selection = selected(ui);
  return (
    selection?.kind === 'session' &&
    ui.screen === 'sessions' &&
    ui.params['session'] === selection.sessionId &&
    isWideWindow()
  );
}
