import { join } from 'node:path';
import { app } from 'electron';
import pino, { type Logger } from 'pino';

/**
 * The hub's diagnostics. Nobody sees the stderr of a window, so they go to `signalbox.log` in the app's
 * folder, as JSON lines.
 */
export function openDiagnostics(): Logger {
  const dest = join(app.getPath('userData'), 'signalbox.log');
  return pino({ level: 'warn', base: null }, pino.destination({ dest, mkdir: true, sync: true }));
}
