import { BULKY_MEMBER_BYTES, digest, jsonBytes } from '../../../protocol/digest.ts';
import type { JobRecord } from '../../../protocol/records.ts';

/** What may be large of a job. */
const bulky = ['input', 'result', 'log', 'error'] as const;

/** A job as lists have it, its large members cut short and named by `cut`, and those members whole. */
export function splitJob(job: JobRecord): {
  readonly record: JobRecord;
  readonly rest: Readonly<Record<string, unknown>> | undefined;
} {
  const members: Readonly<Record<string, unknown>> = { ...job };
  const cut = bulky.filter((name) => jsonBytes(members[name] ?? null) > BULKY_MEMBER_BYTES);
  if (cut.length === 0) return { record: job, rest: undefined };
  const short = Object.fromEntries(cut.map((name) => [name, digest(members[name], BULKY_MEMBER_BYTES)]));
  return { record: { ...job, ...short, cut }, rest: Object.fromEntries(cut.map((name) => [name, members[name]])) };
}

/** The inverse of {@link splitJob}. */
export function joinedJob({ cut: _cut, ...record }: JobRecord, rest: object): JobRecord {
  return { ...record, ...rest };
}
