import { useLayoutEffect } from 'react';

/**
 * Gives the focus back, when a dialog goes, to what had it before; or to the screen's list when that
 * is gone too. Mantine's own does so only for dialogs that stay in the page while they are closed.
 */
export function useFocusBack(): void {
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      // What had the focus is out of the page only after this. If it is anywhere by then, somebody put it there.
      setTimeout(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const isThere = before instanceof HTMLElement && before !== document.body && before.isConnected;
        (isThere ? before : document.querySelector<HTMLElement>('main [data-list]'))?.focus({ preventScroll: true });
      });
    };
  }, []);
}
