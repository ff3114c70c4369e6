import type { HubErrorCode } from '../../../../protocol/errors.ts';

/** What one extraction works on and to whom it reports. */
export interface ExtractContext {
  /** Where the content is. */
  readonly file: string;
  /** What it is called in its workspace. */
  readonly name: string;
  readonly sizeBytes: number;
  /** From 0 to 1, of the whole job. */
  readonly report: (fraction: number, message: string) => void;
  readonly log: (line: string) => void;
  /** Something of the file could not be made out; the rest of the result stands. */
  readonly warn: (line: string) => void;
}

/** A job's end for a reason that lies in the file. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly code: HubErrorCode = 'unreadable_file';
}

/** A value that libraries throw, as a short line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/gu, ' ').trim().slice(0, 300) || 'no reason given';
}
