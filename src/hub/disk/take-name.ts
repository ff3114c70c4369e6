import { link, rename, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isContent } from './checked-content.ts';
import { syncFile } from './disk.ts';

/** Links the file under its hash. What is there already is read: only the same content is left in place. */
export async function takeName(file: string, target: string, sizeBytes: number): Promise<void> {
  try {
    await link(file, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // what node:fs throws
    if (code === 'ENOENT' || code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') throw error;
    if (code === 'EEXIST' && (await stat(target)).size === sizeBytes && (await isContent(target, basename(target))))
      return syncFile(target); // a small content may have its name and not be synced yet
    await rename(file, target); // the existing file is damaged, or the file system has no hard links
  }
}
