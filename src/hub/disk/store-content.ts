import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  statSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { attempt, hasBytes, newName } from './content-files.ts';
import { freeBytesIfFull, syncDirectoryNow, syncNow } from './disk.ts';

/** A content that is held in memory as a whole, to be stored as `file`. */
export interface ContentToStore {
  readonly file: string;
  /** The first name of a content that is not there yet. It stays, until a version refers to the content. */
  readonly mark: string | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What became of a content: its name is on disk, the room is kept for the log, or what the disk said. */
export type StoreOutcome =
  | { readonly kind: 'stored'; readonly isMarked: boolean }
  | { readonly kind: 'full'; readonly freeBytes: number }
  | {
      readonly kind: 'failed';
      readonly isMarked: boolean;
      readonly code: string;
      readonly syscall: string;
      readonly message: string;
    };

/**
 * Stores a content under its name and calls `answer` once its bytes and its name are on disk, or with why not. Waits
 * for the disk in this turn: for a thread of its own. `incoming` is the folder of files that have no name yet.
 *
 * The file is named before it is synced: then the disk's journal is written once for both. So a name alone does not
 * say that a content is whole; what is there is compared before it is taken for the content, and synced again.
 */
export function storeContent(incoming: string, content: ContentToStore, answer: (stored: StoreOutcome) => void): void {
  const freeBytes = freeBytesIfFull(attempt(() => statfsSync(incoming)));
  if (freeBytes !== undefined) return answer({ kind: 'full', freeBytes });
  const { file, bytes } = content;
  let temporary: Temporary | undefined;
  try {
    const sizeBytes = statSync(file, { throwIfNoEntry: false })?.size;
    if (sizeBytes === bytes.byteLength && hasBytes(file, bytes)) syncNow(file);
    else {
      temporary = create(incoming, sizeBytes === undefined ? content.mark : undefined);
      const { fd } = temporary;
      for (let at = 0; at < bytes.byteLength;) at += writeSync(fd, bytes, at);
      nameFile(temporary, content);
      temporary.isNamed = true;
      fsyncSync(fd);
    }
    syncDirectoryNow(dirname(file));
    answer({ kind: 'stored', isMarked: isKept(temporary) });
  } catch (error) {
    const { code = '', syscall = '', message } = error as NodeJS.ErrnoException; // what node:fs throws
    answer({ kind: 'failed', isMarked: isKept(temporary), code, syscall, message });
  }
  if (!temporary) return;
  const { name, fd } = temporary;
  attempt(() => closeSync(fd));
  if (!isKept(temporary)) attempt(() => unlinkSync(name)); // what is left over is removed at the next start
}

/** A new file among those that have no name yet. */
interface Temporary {
  readonly name: string;
  readonly fd: number;
  readonly isMark: boolean;
  /** Whether the content has its name. */
  isNamed: boolean;
}

/** Whether the file stays as the mark of its content. */
function isKept(temporary: Temporary | undefined): boolean {
  return temporary !== undefined && temporary.isMark && temporary.isNamed;
}

/** Creates it as the mark, unless another thread is storing the same content. */
function create(incoming: string, mark: string | undefined): Temporary {
  if (mark !== undefined) {
    try {
      return { name: mark, fd: openSync(mark, 'wx', 0o600), isMark: true, isNamed: false };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // what node:fs throws
    }
  }
  const name = newName(incoming);
  return { name, fd: openSync(name, 'wx', 0o600), isMark: false, isNamed: false };
}

function nameFile({ name, isMark }: Temporary, { file, bytes }: ContentToStore): void {
  try {
    linkSync(name, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // what node:fs throws
    if (code === 'ENOENT' || code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') throw error;
    if (code === 'EEXIST' && hasBytes(file, bytes)) return syncNow(file); // stored by another just before
    // What is there is damaged, or the file system has no hard links: then the mark is a file of its own.
    const moved = isMark ? newName(dirname(name)) : name;
    if (isMark) {
      renameSync(name, moved);
      closeSync(openSync(name, 'w', 0o600));
    }
    renameSync(moved, file);
  }
}
