import { join } from 'node:path';

/** The name of a content: its SHA-256 in hex. */
export const CONTENT_NAME = /^[0-9a-f]{64}$/u;

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
