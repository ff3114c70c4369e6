import type { HeldContent } from './pending-contents.ts';

export interface StageOptions {
  /** Called with the number of bytes so far before each write; throws to refuse more. */
  readonly check?: (receivedBytes: number) => void;
  readonly signal?: AbortSignal;
  /** The key whose content it is: what may wait in the log has a share for each. */
  readonly keyId?: string;
}

/**
 * A content that is complete, and on disk or to be committed with its event. Until `release` it cannot be removed, even
 * if nothing refers to it.
 */
export interface StagedBlob {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The first bytes, for its type: see `HEAD_BYTES`. */
  readonly head: Uint8Array;
  /** Set where the content is not on disk: its commit takes it along. */
  readonly row?: HeldContent;
  release(): void;
}

/** A file of received bytes that is to become a blob. */
export interface PartialBlob {
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly head: Uint8Array;
}
