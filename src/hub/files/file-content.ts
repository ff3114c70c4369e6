import type { FileOrigin } from '../../protocol/events/files.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import type { Readable } from 'node:stream';
import type { WriteConditions } from '../rules/write-guard.ts';

/** A content that comes in, and the path that it is for. */
export interface FileWriteInput extends WriteConditions {
  readonly workspace: string;
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array> | Uint8Array;
  /** The type given by the writer. The content decides first, then this, then the name. */
  readonly mime?: string;
  readonly source: FileOrigin;
  /** Hex; another content is refused with `checksum_mismatch`. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
}

export interface FileReadOptions {
  readonly version?: number;
  /** Bytes, both ends inclusive; an `end` past the last byte means the last byte. */
  readonly range?: { readonly start: number; readonly end?: number };
}

/** A content that goes out. */
export interface FileContent {
  readonly file: FileRecord | FileVersion;
  readonly stream: Readable;
  /** Of the part that `stream` yields. */
  readonly sizeBytes: number;
}
