import type { FileSource } from '../../protocol/events/files.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import type { Readable } from 'node:stream';

/** Conditions for a change of a file. */
export interface WriteConditions {
  /** The version that the file must have; 0: there must be no file (a deleted one does not count). */
  readonly ifVersion?: number;
  /** Token of the lock that the writer holds on the path. */
  readonly lockId?: string;
  /** Fence of that lock; an older one is refused with `fence_stale`. */
  readonly fence?: number;
}

export interface FileWriteInput extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array> | Uint8Array;
  /** The type given by the writer. The content decides first, then this, then the name. */
  readonly mime?: string;
  readonly source: FileSource;
  /** Hex; another content is refused with `checksum_mismatch`. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
}

/** `ifVersion` of a copy is about the file at the target, of a move about the file that is moved. */
export interface FileCopyInput extends WriteConditions {
  readonly workspace: string;
  readonly from: string;
  readonly to: string;
  /** Id of the target workspace; by default the same one. */
  readonly toWorkspace?: string;
  /** Whether a file at the target may be overwritten; a copy then adds a version to it. */
  readonly overwrite?: boolean;
}

export interface FileDeleteInput extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  /** Removes all versions for good and frees their bytes. */
  readonly purge?: boolean;
  /** One of several deleted files that share the path. */
  readonly fileId?: string;
}

export interface FileRestoreInput extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  /** The version whose content becomes the file's newest version. */
  readonly version: number;
  /** One of several deleted files that share the path. */
  readonly fileId?: string;
}

export interface FileReadOptions {
  readonly version?: number;
  /** Bytes, both ends inclusive; an `end` past the last byte means the last byte. */
  readonly range?: { readonly start: number; readonly end?: number };
}

export interface FileContent {
  readonly file: FileRecord | FileVersion;
  readonly stream: Readable;
  /** Of the part that `stream` yields. */
  readonly sizeBytes: number;
}
