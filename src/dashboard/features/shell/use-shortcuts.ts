import { useEffect } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { Shortcuts, type ShortcutWish } from './shortcuts.ts';

/** The keys that work on every screen. Those typed into a field or an open dialog are left alone. */
export function useShortcuts(screens: readonly ScreenDefinition[]): void {
  const { store } = useDashboard();
  useEffect(() => {
    const shortcuts = new Shortcuts(() => performance.now());
    // A dialog that a key closes may be gone before the key comes by here: looked up on its way down.
    let isForDialog = false;
    const onCapture = (event: KeyboardEvent): void => {
      const isInDialog = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null;
      isForDialog = isInDialog || document.querySelector('[aria-modal="true"]') !== null;
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || isForDialog) return;
      const wish = shortcuts.typed(event.key);
      if (wish && obey(wish, event)) event.preventDefault();
    };
    const obey = (wish: ShortcutWish, event: KeyboardEvent): boolean => {
      const { ui } = store.getState();
      switch (wish.kind) {
        case 'go': {
          const screen = screens.find(({ letter }) => letter === wish.letter);
          if (screen) ui.go(screen.key);
          return screen !== undefined;
        }
        case 'help':
          ui.setHelpOpen(true);
          return true;
        case 'search':
          return focus('main input[type="search"]');
        case 'close':
          if (!ui.isInspectorOpen) return false;
          ui.closeInspector();
          return true;
        case 'list':
          return passToList(event);
        case 'inspector':
          if (ui.isInspectorOpen) ui.closeInspector();
          else ui.openInspector();
          return true;
        case 'back':
          ui.step(-1);
          return true;
        case 'forward':
          ui.step(1);
          return true;
        default:
          return wish satisfies never;
      }
    };
    window.addEventListener('keydown', onCapture, { capture: true });
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onCapture, { capture: true });
      window.removeEventListener('keydown', onKeyDown);
    };
  }, [store, screens]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

function focus(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  return element !== null;
}

/** j and k reach the screen's list wherever the focus is. */
function passToList(event: KeyboardEvent): boolean {
  const list = document.querySelector<HTMLElement>('main [data-list]');
  if (!list || document.activeElement === list) return false;
  list.focus();
  // One that is hidden, as while its screen still loads, takes no focus: the key would come back here.
  if (document.activeElement !== list) return false;
  list.dispatchEvent(new KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true }));
  return true;
}
