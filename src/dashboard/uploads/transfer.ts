import type { HubError } from '../../protocol/errors.ts';

/** One file's way to the hub. */
export interface Transfer {
  /** Begins, or begins again after a failure. */
  start(): void;
  /** Ends it, and has the hub forget what it got. */
  cancel(): Promise<void>;
}

/** Where a file goes. */
export interface Target {
  readonly workspace: string;
  readonly path: string;
}

/** What a transfer tells of itself. After `done` or `failed` it says nothing more. */
export interface Report {
  sent(bytes: number): void;
  /** Under which id the hub knows it; how far it is then comes with the hub's ticks. */
  known(uploadId: string): void;
  done(): void;
  failed(error: HubError): void;
}
