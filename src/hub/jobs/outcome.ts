import { z } from 'zod';
import type { AnyJobKind } from '../../jobs/job-kind.ts';
import { formatDuration, formatSize } from '../../protocol/words/units.ts';
import type { JobOutcome } from './job-messages.ts';

/** How a job failed. */
export type Failure = Extract<JobOutcome, { ok: false }>;

/** How a job ended, its result as its kind says that it is. */
export type CheckedOutcome = { readonly ok: true; readonly result: Record<string, unknown> } | Failure;

/** Holds what a process gave against its kind's limit and schema: past this, results are trusted. */
export function checkedOutcome(kind: AnyJobKind, outcome: JobOutcome): CheckedOutcome {
  if (!outcome.ok) return outcome;
  const { outputBytes } = kind.limits;
  const sizeBytes = Buffer.byteLength(JSON.stringify(outcome.result) ?? '');
  if (sizeBytes > outputBytes) {
    const message = `Its result would be ${formatSize(sizeBytes)}, over the ${formatSize(outputBytes)} that ${kind.name} may give.`;
    return { ok: false, code: 'too_large', message };
  }
  const parsed = z.object(kind.result).safeParse(outcome.result);
  if (parsed.success) return { ok: true, result: parsed.data };
  return { ok: false, code: 'internal', message: `The result of ${kind.name} is malformed: ${parsed.error.message}` };
}

/** The outcome of a job that was ended because it reported too much. */
export function tooMuchOutput(kind: AnyJobKind): Failure {
  const message = `It reported more than the ${formatSize(kind.limits.outputBytes)} that ${kind.name} may give.`;
  return { ok: false, code: 'too_large', message };
}

/** The outcome of a job that was ended for its time. */
export function timedOut(kind: AnyJobKind, timeMs: number): Failure {
  const message = `It took longer than the ${formatDuration(timeMs)} that ${kind.name} may take on such a file.`;
  return { ok: false, code: 'timeout', message };
}
