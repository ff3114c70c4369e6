import type { UploadState } from '../../protocol/state.ts';
import type { Hub } from '../hub.ts';
import type { Origin } from '../rule.ts';
import type { Files } from './files.ts';

export interface UploadCreateInput {
  readonly workspace: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** Hex; the upload fails with `checksum_mismatch` when the bytes turn out to be others. */
  readonly sha256?: string;
  readonly mime?: string;
  readonly lockId?: string;
  readonly fence?: number;
}

export interface UploadStatus {
  readonly upload: UploadState;
  readonly receivedBytes: number;
  /** Present once all bytes are in and the file is written. */
  readonly finished?: { readonly fileId: string; readonly version: number };
}

export interface AppendOptions {
  readonly origin?: Origin;
  readonly signal?: AbortSignal;
  /** Of this piece alone: nothing of it is kept when it does not match. */
  readonly checksum?: { readonly algorithm: 'sha1' | 'sha256' | 'md5'; readonly base64: string };
}

export declare class Uploads {
  constructor(hub: Hub, files: Files);
  create(origin: Origin, input: UploadCreateInput): Promise<UploadState>;
  status(uploadId: string): Promise<UploadStatus>;
  cancel(origin: Origin, uploadId: string, reason: string): Promise<void>;
  append(
    uploadId: string,
    offset: number,
    content: AsyncIterable<Uint8Array>,
    options?: AppendOptions,
  ): Promise<number>;
  close(): Promise<void>;
}
