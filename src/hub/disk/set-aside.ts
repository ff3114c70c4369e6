import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { syncDirectoryNow } from './disk.ts';

/** The files of a data directory besides its log: contents, and parts of uploads. */
interface StoredFile {
  /** Within the data directory, such as `blobs/ab/abcd…`. */
  readonly file: string;
  /** SHA-256 of a content, or the id of an upload. */
  readonly name: string;
}

/** Whether a data directory has contents or parts of uploads. If so, there was a log. */
export function hasContents(dataDir: string): boolean {
  return !stored(dataDir).next().done;
}

/**
 * Moves what no event of the log refers to into a folder, under the paths that it had, so that neither
 * a sweep nor a later log can take it for its own. Their names there are on disk when it answers how many
 * files went; that of the folder itself is for the caller to sync. The hub must not run.
 */
export function setContentsAside(dataDir: string, folder: string, isKnown: (name: string) => boolean): number {
  let moved = 0;
  const made = new Set<string>();
  for (const { file, name } of [...stored(dataDir)]) {
    if (isKnown(name)) continue;
    const to = path.join(folder, file);
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
    for (let at = path.dirname(to); at !== path.dirname(folder); at = path.dirname(at)) made.add(at);
    renameSync(path.join(dataDir, file), to);
    moved += 1;
  }
  // Folders before those that they are in.
  for (const at of [...made].toSorted((a, b) => b.length - a.length)) syncDirectoryNow(at);
  return moved;
}

function* stored(dataDir: string): Generator<StoredFile> {
  for (const shard of namesIn(path.join(dataDir, 'blobs'))) {
    if (!/^[0-9a-f]{2}$/u.test(shard)) continue; // also incomplete files
    for (const name of namesIn(path.join(dataDir, 'blobs', shard))) {
      yield { file: path.join('blobs', shard, name), name };
    }
  }
  for (const name of namesIn(path.join(dataDir, 'uploads'))) yield { file: path.join('uploads', name), name };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
