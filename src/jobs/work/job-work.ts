import type { z } from 'zod';
import { type HubErrorCode, messageOf } from '../../protocol/errors.ts';
import type { JobKind } from '../job-kind.ts';
import type { JobTask, SourceFile, TargetFile } from '../job-task.ts';

/** How the work of a job reports progress, log lines and files. */
export interface JobReporter {
  /** `fraction` is 0 to 1, of the whole job; `message` says what is being done. Call it as often as you like. */
  readonly report: (fraction: number, message: string) => void;
  readonly log: (line: string) => void;
  /** What the file that it writes is called, where the hub does not know better, and its media type. */
  readonly wrote: (file: { readonly name?: string; readonly mime?: string }) => void;
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

/** A job's end for a reason that has a code of its own. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';
  readonly code: HubErrorCode;

  constructor(code: HubErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A job's end for a cause that can pass, such as a network: the hub tries it again, not before `afterMs`. */
export class MayPass extends Error {
  override readonly name = 'MayPass';
  readonly code: HubErrorCode = 'unreachable';
  readonly afterMs: number | undefined;

  constructor(message: string, afterMs?: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** The file that a job works on, for a kind that works on one. */
export function sourceOf({ kind, file }: JobTask<unknown>): SourceFile {
  if (!file) throw new Error(`${kind} was given no file.`);
  return file;
}

/** Where a job puts its file, for a kind that writes one. */
export function targetOf({ kind, output }: JobTask<unknown>): TargetFile {
  if (!output) throw new Error(`${kind} was given no place for its file.`);
  return output;
}

/** A value that libraries throw, as a short line. */
export function reasonOf(error: unknown): string {
  const text = messageOf(error);
  return text.replaceAll(/\s+/gu, ' ').trim().slice(0, 300) || 'no reason given';
}
