import type { JobRecord } from '../../../protocol/records.ts';
import type { JobState } from '../../../protocol/state.ts';

export const jobStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** A line of the jobs screen; finished ones carry how they ended. */
export interface JobRow {
  readonly id: string;
  readonly status: JobStatus;
  readonly job: JobState | JobRecord;
}

/**
 * Unfinished jobs (of the live state), the latest first, above the finished ones that were read
 * by page. A job that was read as finished and runs again after a retry is shown once, as it is now.
 */
export function jobRows(
  unfinished: Iterable<JobState>,
  finished: readonly JobRecord[],
  filter: { readonly workspace?: string; readonly status?: JobStatus; readonly text: string },
): readonly JobRow[] {
  const word = filter.text.trim().toLowerCase();
  const shown = ({ workspace, status, path, id }: JobState | JobRecord) =>
    (filter.workspace === undefined || workspace === filter.workspace) &&
    (filter.status === undefined || status === filter.status) &&
    (word === '' || path.toLowerCase().includes(word) || id.includes(word));
  const live = [...unfinished];
  const ids = new Set(live.map(({ id }) => id));
  const rank = { running: 0, queued: 1 } as const;
  live.sort((a, b) => rank[a.status] - rank[b.status] || b.queuedSeq - a.queuedSeq);
  return [...live, ...finished.filter(({ id }) => !ids.has(id))]
    .filter(shown)
    .map((job) => ({ id: job.id, status: job.status, job }));
}

/** How long a job took, or has been running at `now`; undefined while it waits. Ms. */
export function runTime(job: JobState | JobRecord, now: number): number | undefined {
  if ('ms' in job) return job.ms;
  if ('finishedAt' in job) return job.startedAt === undefined ? undefined : job.finishedAt - job.startedAt;
  return job.startedAt === undefined ? undefined : Math.max(0, now - job.startedAt);
}
