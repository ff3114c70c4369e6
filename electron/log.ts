import { join } from 'node:path';
import { app } from 'electron';
import pino, { type Logger } from 'pino';

/**
 * What the hub has to say to whoever runs it: a window has no stderr that anybody sees, so it goes
 * to `signalbox.log` in the app's own folder, as JSON lines.
 */
export function openLog(): Logger {
  const dest = join(app.getPath('userData'), 'signalbox.log');
  return pino({ level: 'warn', base: null }, pino.destination({ dest, mkdir: true, sync: true }));
}
