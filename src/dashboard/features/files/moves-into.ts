import { z } from 'zod';
import { folderOf } from '../../../protocol/folders-above.ts';
import { fileName, inFolder } from './file-url.ts';

/** What a drag of files of this desk carries. */
export const MOVED_FILES = 'application/x-signalbox-files';

const movedSchema = z.array(z.object({ workspace: z.string(), path: z.string() })).max(10_000);

export type MovedFile = z.infer<typeof movedSchema>[number];

/** The dragged files; none where the data is damaged, as from another page. */
export function readMoved(text: string): readonly MovedFile[] {
  try {
    return movedSchema.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}

/** The moves that bring files of a workspace into a folder of it (`''` is the top); none for those that are there. */
export function movesInto(
  files: readonly MovedFile[],
  { workspace, folder }: { readonly workspace: string; readonly folder: string },
): readonly { readonly workspace: string; readonly from: string; readonly to: string }[] {
  return files
    .filter((file) => file.workspace === workspace && folderOf(file.path) !== folder)
    .map(({ path }) => ({ workspace, from: path, to: inFolder(folder, fileName(path)) }));
}
