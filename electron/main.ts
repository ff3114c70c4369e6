import { app, dialog } from 'electron';
import { toWire } from '../src/protocol/errors.ts';
import { claimAppScheme } from './app-protocol.ts';
import { connectArguments } from './connect-arguments.ts';
import { connectOnly } from './connect-mode.ts';
import { Desktop } from './desktop.ts';
import { readOptions } from './desktop-options.ts';

const connecting = connectArguments(process.argv, app.isPackaged);
if (connecting) {
  void connectOnly(connecting);
} else {
  claimAppScheme();
  app.enableSandbox();
  if (app.requestSingleInstanceLock()) void run();
  else app.quit(); // the first instance gets an event and shows its window
}

async function run(): Promise<void> {
  await app.whenReady();
  let desktop: Desktop;
  try {
    desktop = await Desktop.start(readOptions(process.argv));
  } catch (error) {
    const { code, message } = toWire(error);
    dialog.showErrorBox('Signalbox could not start', `${code}: ${message}`);
    app.exit(1);
    return;
  }

  app.on('second-instance', () => desktop.show());
  app.on('activate', () => desktop.show());
  app.on('window-all-closed', () => {
    // On macOS the app runs on without a window, and agents stay connected.
    if (process.platform !== 'darwin') app.quit();
  });

  // Quitting waits until the hub has closed its streams and the log is on disk.
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    closed = true;
    desktop.close().then(
      () => app.exit(0),
      (error: unknown) => {
        const { code, message } = toWire(error);
        dialog.showErrorBox('Signalbox did not close cleanly', `${code}: ${message}`);
        app.exit(1);
      },
    );
  });
}
