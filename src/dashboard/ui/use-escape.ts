import { useEffect, useLayoutEffect, useRef } from 'react';

interface OpenLayer {
  /** Absent where Esc must not close it. */
  readonly close: (() => void) | undefined;
}

/** What lies over the page, the topmost last: one window has one stack of them. */
const layers: { readonly current: OpenLayer }[] = [];

/**
 * Esc closes the topmost dialog alone, once for each press. Mantine asks each open dialog by itself, so that one press
 * would close a question and the dialog below it, with all that was typed there.
 *
 * @param isOpen whether the dialog is there
 * @param close undefined: Esc does not close it, nor what is below
 */
export function useEscape(isOpen: boolean, close: (() => void) | undefined): void {
  const layer = useRef<OpenLayer>({ close });
  useLayoutEffect(() => {
    layer.current = { close };
  });
  useEffect(() => {
    if (!isOpen) return undefined;
    if (layers.length === 0) window.addEventListener('keydown', closeTopmost, { capture: true });
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) window.removeEventListener('keydown', closeTopmost, { capture: true });
    };
  }, [isOpen]);
}

function closeTopmost(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.isComposing) return;
  // An open list or menu takes it.
  if (event.target instanceof Element && event.target.matches('[data-mantine-stop-propagation="true"]')) return;
  layers.at(-1)?.current.close?.();
}
