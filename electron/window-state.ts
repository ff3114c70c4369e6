import { app, screen, type BrowserWindow, type Rectangle } from 'electron';
import Conf from 'conf';

interface WindowState {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly maximized: boolean;
}

const initial: WindowState = { bounds: { width: 1280, height: 800 }, maximized: false };

function store(): Conf<{ window: WindowState }> {
  return new Conf({ cwd: app.getPath('userData'), configName: 'window', defaults: { window: initial } });
}

/** Where the window was, if that is still on a screen. */
export function storedWindowState(): WindowState {
  const state = store().get('window');
  const { x, y, width, height } = state.bounds;
  if (x === undefined || y === undefined) return state;
  const { workArea } = screen.getDisplayMatching({ x, y, width, height });
  const seen =
    x < workArea.x + workArea.width && x + width > workArea.x && y < workArea.y + workArea.height && y >= workArea.y;
  return seen ? state : { ...state, bounds: { width, height } };
}

/** Remembers the window's place when it closes. */
export function keepWindowState(window: BrowserWindow): void {
  window.on('close', () => {
    store().set('window', { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
}
