import type { FileSource } from '../../protocol/events/files.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import type { Readable } from 'node:stream';

/** What a change of a file may insist on before it happens. */
export interface WriteConditions {
  /** Version that the file must have; 0: there must be none (a deleted one does not count). */
  readonly ifVersion?: number;
  /** Token of the lock that the writer holds on the path. */
  readonly lockId?: string;
  /** Fence of that lock; one that is older than the lock's is refused with `fence_stale`. */
  readonly fence?: number;
}

export interface FileWriteInput extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array> | Uint8Array;
  /** What the writer says it is; the content has the last word, then this, then the name. */
  readonly mime?: string;
  readonly source: FileSource;
  /** Hex; a content with another hash is refused with `checksum_mismatch`. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
}

/** A copy's `ifVersion` is of the file that it writes over, a move's of the one that it takes along. */
export interface FileCopyInput extends WriteConditions {
  readonly workspace: string;
  readonly from: string;
  readonly to: string;
  /** Id of the workspace that it goes to; the same one when omitted. */
  readonly toWorkspace?: string;
  /** Whether a file at the target may be written over; a copy then adds a version to it. */
  readonly overwrite?: boolean;
}

export interface FileDeleteInput extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  /** Removes all versions for good and gives their bytes back to the quota. */
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
  /** Bytes, both ends inclusive; `end` past the last byte is cut. */
  readonly range?: { readonly start: number; readonly end?: number };
}

export interface FileContent {
  readonly file: FileRecord | FileVersion;
  readonly stream: Readable;
  /** Of the part that `stream` yields. */
  readonly sizeBytes: number;
}
