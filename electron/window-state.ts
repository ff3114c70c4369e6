import { app, screen, type BrowserWindow } from 'electron';
import Conf from 'conf';
import { placeWindow, type WindowState } from './window-place.ts';

/** Stored in `window.json`; a damaged file counts as empty. */
function store(): Conf {
  return new Conf({ cwd: app.getPath('userData'), configName: 'window', clearInvalidConfig: true });
}

/** The window's last place, if it is known and on a screen. */
export function storedWindowState(): WindowState {
  let kept: unknown;
  try {
    kept = store().get('window');
  } catch {
    // A file that cannot be read must not stop the start.
  }
  return placeWindow(kept, (area) => screen.getDisplayMatching(area).workArea);
}

/** Remembers the window's place when it closes. */
export function keepWindowState(window: BrowserWindow): void {
  window.on('close', () => {
    try {
      store().set('window', { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    } catch {
      // A full disk must not keep the window open; next time it opens at its default place.
    }
  });
}
