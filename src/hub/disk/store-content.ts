import { randomBytes } from 'node:crypto';
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { freeBytesIfFull, syncDirectoryNow, syncNow } from './disk.ts';

/** A content that is held in memory as a whole, to be stored as `file`. */
export interface ContentToStore {
  readonly file: string;
  /** An empty file to be made before the content gets its name, if it has none yet. */
  readonly mark: string | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What became of a content: its name is on disk, the room is kept for the log, or what the disk said. */
export type Stored =
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
export function storeContent(incoming: string, content: ContentToStore, answer: (stored: Stored) => void): void {
  const freeBytes = freeBytesIfFull(attempt(() => statfsSync(incoming)));
  if (freeBytes !== undefined) return answer({ kind: 'full', freeBytes });
  const temporary = join(incoming, randomBytes(12).toString('hex'));
  const { file, mark, bytes } = content;
  let isMarked = false;
  try {
    if (!isThere(file, bytes)) {
      writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o600 });
      if (mark !== undefined && statSync(file, { throwIfNoEntry: false }) === undefined) {
        closeSync(openSync(mark, 'w', 0o600));
        isMarked = true;
      }
      nameFile(temporary, file, bytes);
    }
    syncNow(file);
    syncDirectoryNow(dirname(file));
    answer({ kind: 'stored', isMarked });
  } catch (error) {
    const { code = '', syscall = '', message } = error as NodeJS.ErrnoException; // what node:fs throws
    answer({ kind: 'failed', isMarked, code, syscall, message });
  }
  // What is left over is removed at the next start.
  attempt(() => rmSync(temporary, { force: true }));
}

function nameFile(temporary: string, file: string, bytes: Uint8Array): void {
  try {
    linkSync(temporary, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // what node:fs throws
    if (code === 'ENOENT' || code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') throw error;
    // The same content was stored just before; or it is damaged; or the file system has no hard links.
    if (code !== 'EEXIST' || !isThere(file, bytes)) renameSync(temporary, file);
  }
}

/** Whether a file has exactly these bytes. */
function isThere(file: string, bytes: Uint8Array): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.size !== bytes.byteLength) return false;
  // What the disk does not give is replaced.
  return attempt(() => readFileSync(file))?.equals(bytes) ?? false;
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
