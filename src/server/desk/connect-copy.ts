import type { Logger } from '../../hub/logger.ts';
import { keepConnectFile } from '../../setup/connect-program.ts';

/** Brings the copy of `connect.mjs` that clients start up to this version. */
export async function refreshConnectCopy(dataDir: string, logger: Pick<Logger, 'warn'>): Promise<void> {
  try {
    await keepConnectFile(dataDir);
  } catch (error) {
    logger.warn({ err: error }, 'the copy of connect.mjs that clients start is that of another version');
  }
}
