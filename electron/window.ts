import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, shell } from 'electron';
import { appOrigin, isAppPage } from './app-page.ts';
import { isClientLink, webAddress } from './outside-link.ts';
import { LEAST_WINDOW } from './window-place.ts';
import { keepWindowState, storedWindowState } from './window-state.ts';

/** Opens the dashboard's window at its last place, sandboxed and limited to our own pages. */
export function openWindow(): BrowserWindow {
  const { bounds, maximized } = storedWindowState();
  const window = new BrowserWindow({
    ...bounds,
    ...LEAST_WINDOW,
    show: false,
    title: 'Signalbox',
    // Shown until the first paint.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1216' : '#ffffff',
    webPreferences: {
      preload: join(app.getAppPath(), 'out/electron/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  keepInside(window);
  keepWindowState(window);
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  void window.loadURL(`${appOrigin}/`);
  return window;
}

/** No navigation away, no new windows, no webviews: a link opens in the person's browser. */
function keepInside(window: BrowserWindow): void {
  const page = window.webContents;
  page.on('will-navigate', (event) => {
    if (isAppPage(event.url)) return;
    event.preventDefault();
    openOutside(event.url);
  });
  page.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  page.on('will-attach-webview', (event) => event.preventDefault());
}

/** Hands a link to the browser if it is a plain web address, or to the client that it adds Signalbox in. */
function openOutside(text: string): void {
  const address = isClientLink(text) ? text : webAddress(text);
  if (address !== undefined) void shell.openExternal(address);
}
