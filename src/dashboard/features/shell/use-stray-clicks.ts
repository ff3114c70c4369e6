import { useEffect } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';

/**
 * Drops the second click of a double click whose first one opened another screen: it was meant for what is gone, and
 * would select text or press a button of what came in its place. Where the first one brought the inspector over the
 * row, as in a narrow window, the row gets its double click all the same.
 */
export function useStrayClicks(): void {
  const { store } = useDashboard();
  useEffect(() => {
    let first: { readonly target: EventTarget | null; readonly params: unknown } | undefined;
    let isStray = false;
    let covered: Element | undefined;
    const drop = (event: MouseEvent): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    const onPress = (event: MouseEvent): void => {
      const { params } = store.getState().ui; // a new object with each change of the address
      if (event.detail < 2) {
        first = { target: event.target, params };
        isStray = false;
        covered = undefined;
        return;
      }
      const isGone = first?.target instanceof Node && !first.target.isConnected;
      covered = coveredRow(first?.target, event.target);
      isStray = (isGone && params !== first?.params) || covered !== undefined;
      if (isStray) drop(event);
    };
    const onClick = (event: MouseEvent): void => {
      if (!isStray || event.detail < 2) return;
      drop(event);
      if (event.type === 'click') covered?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    };
    window.addEventListener('mousedown', onPress, { capture: true });
    for (const type of ['click', 'dblclick'] as const) window.addEventListener(type, onClick, { capture: true });
    return () => {
      window.removeEventListener('mousedown', onPress, { capture: true });
      for (const type of ['click', 'dblclick'] as const) window.removeEventListener(type, onClick, { capture: true });
    };
  }, [store]);
}

/** What was clicked first and lies below the inspector now, which the second click met. */
function coveredRow(first: EventTarget | null | undefined, second: EventTarget | null): Element | undefined {
  if (!(first instanceof Element && second instanceof Element) || !first.isConnected) return undefined;
  return first.closest('main') !== null && second.closest('aside') !== null ? first : undefined;
}
