import type { FileRecord, FolderListing } from '../../../protocol/records.ts';
import { fileName, inFolder } from './file-url.ts';

/** A row of a folder, of a search, or of the deleted files. */
export type FileRow =
  | {
      readonly kind: 'folder';
      readonly key: string;
      readonly name: string;
      readonly folder: string;
      readonly fileCount: number;
      readonly sizeBytes: number;
    }
  | { readonly kind: 'file'; readonly key: string; readonly name: string; readonly file: FileRecord };

/** A page of a folder as rows: folders, then files. */
export function rowsOfFolder(folder: string, listing: Omit<FolderListing, 'nextCursor'>): readonly FileRow[] {
  return [
    ...listing.folders.map(({ name, fileCount, sizeBytes }): FileRow => {
      const inner = inFolder(folder, name);
      return { kind: 'folder', key: `folder ${inner}`, name, folder: inner, fileCount, sizeBytes };
    }),
    ...listing.files.map((file) => rowOfFile(file)),
  ];
}

/**
 * A file as a row. Deleted files may share a path, so they have other keys. `whole`: show the whole path, for
 * lists across folders.
 */
export function rowOfFile(file: FileRecord, whole = false): FileRow {
  const key = file.deletedAt === undefined ? fileKey(file.path) : `deleted ${file.id}`;
  return { kind: 'file', key, name: whole ? file.path : fileName(file.path), file };
}

/** Whether two rows with one key say the same: pages that are read again are made of new objects. */
export function isSameFileRow(one: FileRow, other: FileRow): boolean {
  if (one.kind === 'folder' || other.kind === 'folder') {
    return (
      one.kind === 'folder' &&
      other.kind === 'folder' &&
      one.fileCount === other.fileCount &&
      one.sizeBytes === other.sizeBytes
    );
  }
  return JSON.stringify(one.file) === JSON.stringify(other.file);
}

/** The key of a file's row. */
export function fileKey(path: string): string {
  return `file ${path}`;
}
