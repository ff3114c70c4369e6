import { app, screen, type BrowserWindow } from 'electron';
import Conf from 'conf';
import { placeWindow, type WindowState } from './window-place.ts';

/** In `window.json`, which may be damaged: a file that is no JSON counts as an empty one. */
function store(): Conf {
  return new Conf({ cwd: app.getPath('userData'), configName: 'window', clearInvalidConfig: true });
}

/** Where the window was, as far as that is known and on a screen. */
export function storedWindowState(): WindowState {
  let kept: unknown;
  try {
    kept = store().get('window');
  } catch {
    // It cannot be read: no reason not to start.
  }
  return placeWindow(kept, (area) => screen.getDisplayMatching(area).workArea);
}

/** Remembers the window's place when it closes. */
export function keepWindowState(window: BrowserWindow): void {
  window.on('close', () => {
    try {
      store().set('window', { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    } catch {
      // A full disk must not keep a window open; it opens in its first place next time.
    }
  });
}
