/** A file and where it goes, relative to the folder that it was dropped on. */
export interface DroppedFile {
  readonly file: File;
  readonly path: string;
}

/**
 * The files of a drop or paste, those in folders included. Must be called in the event's handler:
 * the entries are gone after it.
 */
export function droppedFiles(transfer: DataTransfer): Promise<readonly DroppedFile[]> {
  const entries = [...transfer.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null));
  const loose = [...transfer.files];
  if (entries.every((entry) => entry === null)) return Promise.resolve(chosenFiles(loose));
  return Promise.all(entries.map((entry) => (entry ? filesIn(entry, '') : Promise.resolve([])))).then((lists) =>
    lists.flat(),
  );
}

/** The files of an `<input type="file">`; one with `webkitdirectory` keeps its folders. */
export function chosenFiles(files: Iterable<File>): readonly DroppedFile[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

async function filesIn(entry: FileSystemEntry, folder: string): Promise<readonly DroppedFile[]> {
  const path = folder + entry.name;
  // Chromium has no global by the entries' class names: only their own flags tell what they are.
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, path }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: DroppedFile[] = [];
  for (;;) {
    // A directory is read in portions, until one is empty.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return found;
    for (const child of portion) found.push(...(await filesIn(child, `${path}/`)));
  }
}
