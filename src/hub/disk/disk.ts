import { closeSync, fsyncSync, openSync, type StatsFs } from 'node:fs';
import { mkdir, open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import { STORAGE_RETRY_MS } from '../hub-errors.ts';

/** Room that is left for the log: on a full disk not even a deletion could be logged. */
const RESERVED_BYTES = 8 * 1024 * 1024;

/** Windows syncs only what is open for writing. */
const TO_SYNC = process.platform === 'win32' ? 'r+' : 'r';

/** Throws `storage_failed` if contents would take the room that is left for the log. */
export async function mustHaveRoom(folder: string): Promise<void> {
  const freeBytes = freeBytesIfFull(await statfs(folder).catch(() => undefined));
  if (freeBytes !== undefined) throw allButFull(freeBytes);
}

/** The free bytes of a disk, if contents would take the room that is left for the log. */
export function freeBytesIfFull(disk: StatsFs | undefined): number | undefined {
  // A file system that does not report its free space will refuse the write itself.
  if (!disk || disk.blocks === 0) return undefined;
  const freeBytes = disk.bavail * disk.bsize;
  return freeBytes < RESERVED_BYTES ? freeBytes : undefined;
}

/** Whether a disk has this much room beside what is left for the log. */
export function isAmple(disk: StatsFs | undefined, bytes: number): boolean {
  return disk !== undefined && disk.blocks > 0 && disk.bavail * disk.bsize >= RESERVED_BYTES + bytes;
}

/** The refusal of a content on a disk with so many bytes left. */
export function allButFull(freeBytes: number): HubError {
  return new HubError(
    'storage_failed',
    'The disk of the data directory is all but full. Free some space, or delete files with purge, and try again.',
    { retryAfterMs: STORAGE_RETRY_MS, details: { free_bytes: freeBytes, reserved_bytes: RESERVED_BYTES } },
  );
}

/** Throws a disk's error as `storage_failed`, with what to do; a HubError passes unchanged. */
export function diskError(error: unknown): never {
  if (error instanceof HubError || !isSystemError(error)) throw error;
  throw new HubError('storage_failed', `The disk of the data directory refused a write: ${adviceOn(error)}`, {
    retryAfterMs: STORAGE_RETRY_MS,
    details: { errno: error.code },
    cause: error,
  });
}

/** Makes the names in a directory outlast a loss of power. Where directories cannot be synced it is a no-op. */
export async function syncDirectory(folder: string): Promise<void> {
  if (process.platform !== 'win32') await syncFile(folder);
}

/** Puts a file's bytes on disk. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, TO_SYNC);
  try {
    await handle.sync();
  } finally {
    void handle.close().catch(() => undefined); // nothing depends on it
  }
}

/** Makes a folder with those above it that are missing; the name of the topmost new one is on disk then. */
export async function makeFolder(folder: string): Promise<void> {
  const topmost = await mkdir(folder, { recursive: true });
  if (topmost !== undefined) await syncDirectory(dirname(topmost));
}

/** {@link syncDirectory}, waiting for the disk in this turn. */
export function syncDirectoryNow(folder: string): void {
  if (process.platform !== 'win32') syncNow(folder);
}

/** Puts a file's bytes on disk, waiting for it in this turn. */
export function syncNow(file: string): void {
  const handle = openSync(file, TO_SYNC);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
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
