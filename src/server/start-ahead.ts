import { startWriterAhead } from '../hub/log/start-writer.ts';
import type { HubServerOptions } from './hub-server.ts';

/** Begins what a start needs and what can be done while its code is still being loaded; for the options of `startHub`. */
export function startAhead(): Pick<HubServerOptions, 'startWriter'> {
  return { startWriter: startWriterAhead() };
}
