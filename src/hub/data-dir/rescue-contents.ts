import { contentFolders } from '../disk/content-folders.ts';
import { writeOut } from '../disk/write-out.ts';
import { contentsIn, hasContentTable, isSoundContent } from '../log/content-table.ts';
import { rawContents, type RawContent } from '../log/salvage/raw-rows.ts';
import { filePages, walPages } from '../log/salvage/raw-pages.ts';
import { openLogReader } from '../log/schema.ts';

/** Contents that are written in one go. */
const AT_ONCE = 64;

/**
 * Gives the contents that are in a log their files, before the log is replaced by one that has its events only: from
 * what SQLite can read, and where it cannot, from what any page of the file has. Only what its hash vouches for counts,
 * so none of them can be wrong; those that no event refers to are for the caller to set aside. They are on disk when
 * this returns. Throws errors of the disk.
 */
export function rescueContents(dataDir: string, file: string): void {
  const { incoming, fileOf } = contentFolders(dataDir);
  let batch: RawContent[] = [];
  const write = (): void => {
    const { failure } = writeOut(
      incoming,
      batch.map(({ sha256, bytes }) => ({ file: fileOf(sha256), bytes })),
    );
    batch = [];
    if (failure) throw Object.assign(new Error(failure.message), failure);
  };
  for (const content of contentsOf(file)) {
    batch.push(content);
    if (batch.length === AT_ONCE) write();
  }
  write();
}

function* contentsOf(file: string): Generator<RawContent, void, undefined> {
  const readable = readableContents(file);
  if (readable) return yield* readable;
  for (const pages of [filePages(file), walPages(file)]) {
    if (!pages) continue;
    try {
      yield* rawContents(pages);
    } finally {
      pages.close();
    }
  }
}

/** Undefined where SQLite does not find or read the table, or has something else in it. */
function readableContents(file: string): readonly RawContent[] | undefined {
  try {
    const db = openLogReader(file);
    try {
      const contents = hasContentTable(db) ? [...contentsIn(db)] : undefined;
      return contents?.every(isSoundContent) ? contents : undefined;
    } finally {
      db.close();
    }
  } catch {
    return undefined; // whatever it is: the pages themselves are read next
  }
}
