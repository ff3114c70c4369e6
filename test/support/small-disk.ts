import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A file system of its own that can really be full. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  freeBytes(): Promise<number>;
  /** Takes all room but so many bytes, in place of what it took before. */
  leave(bytes: number): Promise<void>;
}

/** Mounts one of so many MiB; undefined where that is not allowed. Unmounted when disposed. */
export function mountSmallDisk(sizeMib: number): SmallDisk | undefined {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  const ballast = path.join(folder, 'ballast');
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  return {
    folder,
    freeBytes,
    async leave(bytes) {
      await rm(ballast, { force: true });
      await writeFile(ballast, Buffer.alloc(Math.max(0, (await freeBytes()) - bytes)));
    },
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}
