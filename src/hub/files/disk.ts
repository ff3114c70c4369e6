import { open } from 'node:fs/promises';
import { HubError } from '../../protocol/errors.ts';

/** Rethrows what a disk said as `storage_failed`, with what to do; a HubError passes as it is. */
export function diskError(error: unknown): never {
  if (error instanceof HubError || !isSystemError(error)) throw error;
  throw new HubError('storage_failed', `The disk of the data directory refused a write: ${adviceOn(error)}`, {
    details: { errno: error.code },
    cause: error,
  });
}

/** Makes renames in a directory outlast a loss of power. Where directories cannot be synced it is a no-op. */
export async function syncDirectory(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function adviceOn(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOSPC':
      return 'it is full. Free some space and try again.';
    case 'EDQUOT':
      return 'your share of it is used up. Free some space and try again.';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'it may not be written to. Check the permissions of the data directory.';
    default:
      return error.message;
  }
}
