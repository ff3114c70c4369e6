import type { JobRecord, JobStatus } from '../../../protocol/records.ts';
import type { JobState } from '../../../protocol/state.ts';
import { sameRows } from '../../ui/same-rows.ts';

/** A row of the jobs screen; finished jobs have their outcome. */
export interface JobRow {
  readonly id: string;
  readonly status: JobStatus;
  readonly job: JobState | JobRecord;
}

/**
 * Unfinished jobs (from the live state), latest first, then the pages of finished ones. A job that was read
 * as finished and runs again after a retry is shown once, as it is now. An unchanged row is the same object as in
 * `before`, so that it is not rendered again: pages that are read again are made of new objects.
 */
export function jobRows(
  unfinished: Iterable<JobState>,
  finished: readonly JobRecord[],
  filter: { readonly workspace?: string; readonly status?: JobStatus; readonly text: string },
  before: readonly JobRow[] = [],
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
  const now = [...live, ...finished.filter(({ id }) => !ids.has(id))]
    .filter(shown)
    .map((job): JobRow => ({ id: job.id, status: job.status, job }));
  return sameRows(
    before,
    now,
    ({ id }) => id,
    (one, other) => isSameJob(one.job, other.job),
  );
}

/** A finished job does not change, unless it is tried again. */
function isSameJob(one: JobState | JobRecord, other: JobState | JobRecord): boolean {
  if (one === other) return true;
  if (!('finishedAt' in one && 'finishedAt' in other)) return false;
  return one.status === other.status && one.attempt === other.attempt && one.finishedAt === other.finishedAt;
}

/** How long a job took, or has run at `now`, in ms; undefined while it is queued. */
export function runTime(job: JobState | JobRecord, now: number): number | undefined {
  if ('ms' in job) return job.ms;
  if ('finishedAt' in job) return job.startedAt === undefined ? undefined : job.finishedAt - job.startedAt;
  return job.startedAt === undefined ? undefined : Math.max(0, now - job.startedAt);
}
