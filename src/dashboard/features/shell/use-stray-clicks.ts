import { useEffect } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';

/**
 * Drops the second click of a double click whose first one opened another screen: it was meant for what is gone, and
 * would select text or press a button of what came in its place.
 */
export function useStrayClicks(): void {
  const { store } = useDashboard();
  useEffect(() => {
    let first: { readonly target: EventTarget | null; readonly params: unknown } | undefined;
    let isStray = false;
    const drop = (event: MouseEvent): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    const onPress = (event: MouseEvent): void => {
      const { params } = store.getState().ui; // a new object with each change of the address
      if (event.detail < 2) {
        first = { target: event.target, params };
        isStray = false;
        return;
      }
      const isGone = first?.target instanceof Node && !first.target.isConnected;
      isStray = isGone && params !== first?.params;
      if (isStray) drop(event);
    };
    const onClick = (event: MouseEvent): void => {
      if (isStray && event.detail >= 2) drop(event);
    };
    window.addEventListener('mousedown', onPress, { capture: true });
    for (const type of ['click', 'dblclick'] as const) window.addEventListener(type, onClick, { capture: true });
    return () => {
      window.removeEventListener('mousedown', onPress, { capture: true });
      for (const type of ['click', 'dblclick'] as const) window.removeEventListener(type, onClick, { capture: true });
    };
  }, [store]);
}
