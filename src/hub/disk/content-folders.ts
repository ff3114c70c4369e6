import { mkdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncDirectory } from './disk.ts';

/** The name of a content: its SHA-256 in hex. */
export const CONTENT_NAME = /^[0-9a-f]{64}$/u;

/** The folders below the root: contents lie in that of their first two digits. */
export const SHARDS = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

/** Where the contents of a data directory are. */
export interface ContentFolders {
  readonly root: string;
  /** The folder of files that have no name yet, and of marks. */
  readonly incoming: string;
  /** The file of a content, whether it is there or not. Throws for what is no SHA-256. */
  readonly fileOf: (sha256: string) => string;
}

export function contentFolders(dataDir: string): ContentFolders {
  const root = join(dataDir, 'blobs');
  return {
    root,
    incoming: join(root, 'incoming'),
    fileOf: (sha256) => {
      if (!CONTENT_NAME.test(sha256)) throw new Error(`Not a SHA-256: ${sha256}`);
      return join(root, sha256.slice(0, 2), sha256);
    },
  };
}

/** Makes the folders, and removes files that a crash left incomplete. Returns the contents that are marked as uncommitted. */
export async function prepareFolders({ root, incoming }: ContentFolders): Promise<readonly string[]> {
  await makeFolder(incoming);
  const marked: string[] = [];
  for (const name of await readdir(incoming)) {
    if (CONTENT_NAME.test(name)) marked.push(name);
    else await rm(join(incoming, name), { recursive: true, force: true });
  }
  const there = new Set(await readdir(root));
  const missing = SHARDS.filter((shard) => !there.has(shard));
  for (const shard of missing) mkdirSync(join(root, shard)); // synchronous: 256 turns of the loop would take longer
  if (missing.length > 0) await syncDirectory(root);
  return marked;
}
