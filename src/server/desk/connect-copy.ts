import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '../../hub/logger.ts';

/**
 * Brings the copy of `connect.mjs` that clients start up to this version, where one was set up. Its code is loaded only
 * then.
 */
export async function refreshConnectCopy(dataDir: string, logger: Pick<Logger, 'warn'>): Promise<void> {
  if (!existsSync(path.join(dataDir, 'connect', 'connect.mjs'))) return;
  try {
    const { keepConnectFile } = await import('../../setup/connect-program.ts');
    await keepConnectFile(dataDir);
  } catch (error) {
    logger.warn({ err: error }, 'the copy of connect.mjs that clients start is that of another version');
  }
}
