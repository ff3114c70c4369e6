import { useEffect } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';
import { isCommand, latinKey } from '../../latin-key.ts';
import { showsDetailsOfPage } from '../../wide-window.ts';
import { palette, typeAhead } from '../../palette-store.ts';
import type { ScreenDefinition } from '../../screen-registry.ts';
import type { UiSlice } from '../../ui-slice.ts';
import { Shortcuts, type ShortcutWish } from './shortcuts.ts';

/** The keys that work on every screen. Keys typed into a field or an open dialog are ignored. */
export function useShortcuts(screens: readonly ScreenDefinition[]): void {
  const { store } = useDashboard();
  useEffect(() => {
    // When the key was pressed, not when a busy page came to it.
    let pressedAt = 0;
    const shortcuts = new Shortcuts(() => pressedAt);
    // A key that closes a dialog or menu removes it before the event bubbles up to here, so it is checked in
    // the capture phase.
    let isForOverlay = false;
    const isLeftAlone = (event: KeyboardEvent): boolean => isCommand(event) || isTyping(event.target) || isForOverlay;
    const onCapture = (event: KeyboardEvent): void => {
      pressedAt = event.timeStamp;
      const isInDialog = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null;
      isForOverlay = isInDialog || document.querySelector('[aria-modal="true"], [role="menu"]') !== null;
      if (opensPalette(event)) {
        event.preventDefault();
        palette.open();
        return;
      }
      if (typeAhead(event, document.activeElement)) {
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      // The letter after g is taken before a list gets it, because j and k mean something there.
      if (!shortcuts.isWaiting || isLeftAlone(event)) return;
      const wish = shortcuts.typed(latinKey(event));
      if (wish?.kind !== 'go' || !obey(wish, event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isLeftAlone(event)) return;
      const wish = shortcuts.typed(latinKey(event));
      if (wish && obey(wish, event)) event.preventDefault();
    };
    const obey = (wish: ShortcutWish, event: KeyboardEvent): boolean => {
      const { ui } = store.getState();
      switch (wish.kind) {
        case 'go': {
          const screen = screens.find(({ shortcut }) => shortcut === wish.letter);
          if (screen) ui.go(screen.key);
          return screen !== undefined;
        }
        case 'help':
          ui.setHelpOpen(true);
          return true;
        case 'connect':
          ui.setConnectOpen(true);
          return true;
        case 'search':
          // A screen without a list to filter has nothing else to search in than everything.
          if (!focus('main input[type="search"], main input[data-filter]')) palette.open();
          return true;
        case 'close':
          if (!ui.isInspectorOpen || showsDetailsOfPage(ui)) return goUp(screens, ui);
          ui.closeInspector();
          return true;
        case 'list':
          return passToList(event);
        case 'follow':
          return toggleFollow(event);
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

/** Ctrl-K or Cmd-K, wherever the focus is. */
function opensPalette(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && latinKey(event) === 'k';
}

/** Inputs that take no text: the page's keys work while one has the focus. */
const untyped = new Set(['radio', 'checkbox', 'button', 'submit', 'reset', 'file', 'range', 'color']);

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !untyped.has(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** Goes from a page within a screen back to where it was opened. */
function goUp(screens: readonly ScreenDefinition[], ui: UiSlice): boolean {
  const params = screens.find(({ key }) => key === ui.screen)?.up?.(ui.params);
  if (params) ui.go(ui.screen, params);
  return params !== undefined;
}

function focus(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  return element !== null;
}

/** Space holds the screen's list or lets it go on, unless it presses what has the focus. */
function toggleFollow({ target }: KeyboardEvent): boolean {
  if (target instanceof Element && target.closest('button, a, input, summary, [role="button"]')) return false;
  const controls = [...document.querySelectorAll<HTMLElement>('main [data-follow]')];
  const areLive = controls.filter(({ dataset }) => dataset['held'] === undefined);
  for (const control of areLive.length > 0 ? areLive : controls) control.click();
  return controls.length > 0;
}

/** j and k reach the screen's list wherever the focus is. */
function passToList(event: KeyboardEvent): boolean {
  const list = document.querySelector<HTMLElement>('main [data-list]');
  if (!list || document.activeElement === list) return false;
  list.focus();
  // A hidden list, as while its screen loads, cannot take the focus: the key would come back here.
  if (document.activeElement !== list) return false;
  list.dispatchEvent(new KeyboardEvent('keydown', { key: latinKey(event), bubbles: true, cancelable: true }));
  return true;
}
