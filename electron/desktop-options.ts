import { parseArgs } from 'node:util';
import { HubError } from '../src/protocol/errors.ts';

export interface DesktopOptions {
  /** Where agents connect; 0 takes a free port. Default 7337. */
  readonly port: number;
  /** Default: the platform's usual place. */
  readonly dataDir: string | undefined;
}

/**
 * Reads `--port` and `--data-dir` (or SIGNALBOX_PORT and SIGNALBOX_DATA_DIR) from the command
 * line; Chromium's own switches are left alone. Throws `invalid_argument` for a port or a folder that is none.
 */
export function readOptions(argv: readonly string[], env = process.env): DesktopOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { port: { type: 'string' }, 'data-dir': { type: 'string' } },
    strict: false,
  });
  const given = typeof values.port === 'string' ? values.port : env['SIGNALBOX_PORT'];
  const port = Number(given ?? 7337);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new HubError('invalid_argument', `--port takes a number from 0 to 65535, not "${given}".`);
  }
  const dataDir = typeof values['data-dir'] === 'string' ? values['data-dir'] : env['SIGNALBOX_DATA_DIR'];
  // As from an unset shell variable; it would mean the current folder.
  if (dataDir?.trim() === '') {
    throw new HubError(
      'invalid_argument',
      '--data-dir and SIGNALBOX_DATA_DIR take a folder; leave them out for the usual place.',
    );
  }
  return { port, dataDir };
}
