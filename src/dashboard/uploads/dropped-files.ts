/** A file and where it goes, relative to the folder that it was dropped on. */
export interface DroppedFile {
  readonly file: File;
  readonly path: string;
}

/** What was found in a drop. */
export interface Dropped {
  readonly files: readonly DroppedFile[];
  /** The paths of files and folders that the browser could not read. */
  readonly unreadable: readonly string[];
}

/**
 * The files of a drop or paste, those in folders included. Must be called in the event's handler: the entries
 * are gone after it. Unreadable ones are listed; the others are taken.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null));
  const loose = [...transfer.files];
  if (entries.every((entry) => entry === null)) return { files: chosenFiles(loose), unreadable: [] };
  const unreadable: string[] = [];
  const lists = await Promise.all(entries.map(async (entry) => (entry ? await filesIn(entry, '', unreadable) : [])));
  return { files: lists.flat(), unreadable };
}

/** The files of an `<input type="file">`; one with `webkitdirectory` keeps its folders. */
export function chosenFiles(files: Iterable<File>): readonly DroppedFile[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** @param unreadable is given the paths of what cannot be read */
async function filesIn(entry: FileSystemEntry, folder: string, unreadable: string[]): Promise<readonly DroppedFile[]> {
  const path = folder + entry.name;
  const found: DroppedFile[] = [];
  try {
    // Chromium has no globals for the entries' classes: only their flags say what they are.
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      return [{ file, path }];
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      // A directory is read in portions, until one is empty.
      const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (portion.length === 0) return found;
      for (const child of portion) found.push(...(await filesIn(child, `${path}/`, unreadable)));
    }
  } catch {
    unreadable.push(path);
    return found;
  }
}
