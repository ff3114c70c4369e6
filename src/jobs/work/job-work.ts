import type { z } from 'zod';
import type { HubErrorCode } from '../../protocol/errors.ts';
import type { JobKind } from '../job-kind.ts';
import type { JobTask } from '../job-task.ts';

/** How work tells what it does while it does it. */
export interface JobReporter {
  /** `fraction` is 0 to 1, of the whole job; `message` says what is being done. Call it as often as you like. */
  readonly report: (fraction: number, message: string) => void;
  readonly log: (line: string) => void;
}

/** The work of a kind: `export const work: JobWork<typeof fileExtract>`. Throws {@link Unreadable} for a bad file. */
export type JobWork<Kind> =
  Kind extends JobKind<infer Input, infer Result>
    ? (task: JobTask<z.output<z.ZodObject<Input>>>, reporter: JobReporter) => Promise<z.input<z.ZodObject<Result>>>
    : never;

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
