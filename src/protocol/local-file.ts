import type { WireError } from './errors.ts';

/** A file of the machine that the desktop app runs on. */
export interface LocalFile {
  /** Where it lies there. */
  readonly file: string;
  /** Below what was dropped, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Why it cannot be taken in. */
  readonly refused?: WireError;
}
