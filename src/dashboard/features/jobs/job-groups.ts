import type { JobStatus } from '../../../protocol/records.ts';
import type { JobRow } from './job-rows.ts';

/** The jobs on one file, as one line. */
export interface JobGroup {
  readonly key: string;
  readonly workspace: string;
  readonly path: string;
  /** In the order of the list. */
  readonly jobs: readonly JobRow[];
  readonly isOpen: boolean;
}

/** A line of the list. A job stays the same object while it does not change, so that its line is not rendered again. */
export type JobLine = JobRow | JobGroup;

/**
 * The lines of jobs grouped by file: several on one file are one line, in the place of the first of them, with the jobs
 * below it once it is among those unfolded.
 *
 * @param folded in a list that is held: the keys of the groups that it shows; there are no others, and these stay
 */
export function groupJobs(
  rows: readonly JobRow[],
  unfolded: ReadonlySet<string>,
  folded?: ReadonlySet<string>,
): readonly JobLine[] {
  const groups = Map.groupBy(rows, keyOf);
  const lines: JobLine[] = [];
  for (const row of rows) {
    const key = keyOf(row);
    const jobs = groups.get(key) ?? [];
    if (folded === undefined ? jobs.length < 2 : !folded.has(key)) lines.push(row);
    else if (jobs[0] === row) {
      const isOpen = unfolded.has(key);
      lines.push({ key, workspace: row.job.workspace, path: row.job.path, jobs, isOpen });
      if (isOpen) lines.push(...jobs);
    }
  }
  return lines;
}

export function isGroup(line: JobLine): line is JobGroup {
  return 'jobs' in line;
}

/** Whether two groups of one key say the same. */
export function isSameJobLine(one: JobLine, other: JobLine): boolean {
  if (!isGroup(one) || !isGroup(other)) return one === other;
  return (
    one.isOpen === other.isOpen &&
    one.jobs.length === other.jobs.length &&
    one.jobs.every((job, at) => job === other.jobs[at])
  );
}

/** How its jobs are: `1 running, 2 failed, 28 succeeded`; what wants a look comes first. */
export function groupWords({ jobs }: Pick<JobGroup, 'jobs'>): string {
  const counts = new Map<JobStatus, number>();
  for (const { status } of jobs) counts.set(status, (counts.get(status) ?? 0) + 1);
  return (['running', 'queued', 'failed', 'cancelled', 'succeeded'] as const)
    .flatMap((status) => (counts.has(status) ? [`${counts.get(status)} ${status}`] : []))
    .join(', ');
}

function keyOf({ job: { workspace, path } }: JobRow): string {
  return `${workspace}\n${path}`;
}
