import type { HubError } from '../../protocol/errors.ts';

/** One file's way to the hub. */
export interface UploadTransfer {
  /** Begins, or begins again after a failure. */
  start(): void;
  /** Ends it, and cancels it at the hub. */
  cancel(): Promise<void>;
}

/** Where a file goes. */
export interface UploadTarget {
  readonly workspace: string;
  readonly path: string;
}

/** Callbacks of a transfer. None comes after `done` or `failed`. */
export interface UploadReport {
  sent(bytes: number): void;
  /** The id of the upload; its progress comes with the hub's ticks. */
  known(uploadId: string): void;
  done(): void;
  failed(error: HubError): void;
}
