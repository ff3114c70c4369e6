import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { attempt, hasBytes, newName } from './content-files.ts';
import { syncDirectoryNow } from './disk.ts';

/** A content that the log has, and the file that it is to have. */
export interface ContentToWriteOut {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Which contents have their files on disk, in the order in which they were given, and why the others have not. */
export interface WrittenOut {
  readonly isWritten: readonly boolean[];
  readonly failure?: { readonly code: string; readonly syscall: string; readonly message: string };
}

/**
 * Makes files of contents that the log has: writes all, then syncs all, then each of their folders once. What has the
 * name of a content already is compared, and replaced where it differs: so an earlier attempt that a crash cut off
 * does no harm. Waits for the disk in this turn. `incoming` is the folder of files that have no name yet.
 */
export function writeOut(incoming: string, contents: readonly ContentToWriteOut[]): WrittenOut {
  let failure: WrittenOut['failure'];
  const succeeds = (act: () => void): boolean => {
    try {
      act();
      return true;
    } catch (error) {
      const { code = '', syscall = '', message } = error as NodeJS.ErrnoException; // what node:fs throws
      failure ??= { code, syscall, message };
      return false;
    }
  };
  const opened = contents.map((content) => {
    let fd: number | undefined;
    // A full disk takes no more of them either.
    if (!failure) succeeds(() => void (fd = put(incoming, content)));
    return fd;
  });
  const synced = opened.map((fd) => {
    if (fd === undefined) return false;
    const isSynced = succeeds(() => fsyncSync(fd));
    attempt(() => closeSync(fd));
    return isSynced;
  });
  const folders = new Map<string, boolean>();
  const isWritten = contents.map(({ file }, at) => {
    if (synced[at] !== true) return false;
    const folder = dirname(file);
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const isNamed = succeeds(() => syncDirectoryNow(folder));
    folders.set(folder, isNamed);
    return isNamed;
  });
  return failure ? { isWritten, failure } : { isWritten };
}

/** Gives a content its file, which is not synced yet, and answers its descriptor. */
function put(incoming: string, { file, bytes }: ContentToWriteOut): number {
  try {
    return created(file, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // what node:fs throws
    if (code === 'ENOENT') {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      return created(file, bytes);
    }
    if (code !== 'EEXIST') throw error;
  }
  // Windows syncs only what is open for writing.
  if (hasBytes(file, bytes))
    return openSync(file, process.platform === 'win32' ? constants.O_RDWR : constants.O_RDONLY);
  const name = newName(incoming);
  mkdirSync(incoming, { recursive: true, mode: 0o700 });
  const fd = created(name, bytes);
  try {
    renameSync(name, file);
    return fd;
  } catch (error) {
    attempt(() => closeSync(fd));
    attempt(() => unlinkSync(name));
    throw error;
  }
}

/** A new file with these bytes; where they cannot be written nothing of it stays. */
function created(file: string, bytes: Uint8Array): number {
  const fd = openSync(file, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes.byteLength;) at += writeSync(fd, bytes, at);
    return fd;
  } catch (error) {
    attempt(() => closeSync(fd));
    attempt(() => unlinkSync(file));
    throw error;
  }
}
