import { useLayoutEffect } from 'react';

/**
 * When a dialog closes, returns the focus to the element that had it, or to the screen's list if that is
 * gone. Mantine's own does so only for dialogs that stay in the page while they are closed.
 */
export function useFocusBack(): void {
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      // The dialog leaves the page only after this. If something has the focus by then, it was set on
      // purpose.
      setTimeout(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const isThere = before instanceof HTMLElement && before !== document.body && before.isConnected;
        (isThere ? before : document.querySelector<HTMLElement>('main [data-list]'))?.focus({ preventScroll: true });
      });
    };
  }, []);
}
