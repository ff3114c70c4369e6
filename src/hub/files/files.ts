import type { FileRecord, FileVersion, FolderListing, Page, PageRequest } from '../../protocol/records.ts';
import type { Hub } from '../hub.ts';
import type { Origin } from '../rule.ts';
import type { BlobStore } from './blob-store.ts';
import type {
  FileContent,
  FileCopyInput,
  FileDeleteInput,
  FileReadOptions,
  FileRestoreInput,
  FileWriteInput,
} from './file-inputs.ts';

export declare class Files {
  constructor(hub: Hub, blobs: BlobStore);
  write(origin: Origin, input: FileWriteInput): Promise<FileRecord>;
  read(workspace: string, path: string, options?: FileReadOptions): Promise<FileContent>;
  stat(workspace: string, path: string, version?: number): Promise<FileRecord>;
  list(
    workspace: string,
    request?: PageRequest & { readonly prefix?: string; readonly deleted?: boolean },
  ): Promise<Page<FileRecord>>;
  folder(workspace: string, folder: string, request?: PageRequest): Promise<FolderListing>;
  find(workspace: string, glob: string, request?: PageRequest): Promise<Page<FileRecord>>;
  versions(fileId: string, request?: PageRequest): Promise<Page<FileVersion>>;
  copy(origin: Origin, input: FileCopyInput): Promise<FileRecord>;
  move(origin: Origin, input: FileCopyInput): Promise<FileRecord>;
  delete(origin: Origin, input: FileDeleteInput): Promise<void>;
  restore(origin: Origin, input: FileRestoreInput): Promise<FileRecord>;
  close(): Promise<void>;
}
