import type { JobRecord, Page } from '../../protocol/records.ts';
import { storedJson } from '../stored-json.ts';
import { decodeCursor, pageLimit, pageOf, type Fits } from '../paging.ts';
import type { Db } from '../log/db.ts';
import { joinedJob } from '../log/projections/split-job.ts';

export interface JobListRequest {
  readonly cursor?: string;
  readonly limit?: number;
  /** Id of a workspace; jobs of all when omitted. */
  readonly workspace?: string;
  readonly status?: JobRecord['status'];
  readonly kind?: JobRecord['kind'];
  readonly fits?: Fits<JobRecord>;
}

/** Jobs, those queued last first, their results and logs cut short. */
export function listJobs(db: Db, request: JobListRequest): Page<JobRecord> {
  const limit = pageLimit(request.limit, 50);
  const [below] = request.cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(request.cursor, ['number']);
  const filters: string[] = [];
  const values: string[] = [];
  for (const column of ['workspace', 'status', 'kind'] as const) {
    const wanted = request[column];
    if (wanted === undefined) continue;
    filters.push(`AND ${column} = ?`);
    values.push(wanted);
  }
  const rows = db
    .prepare(`SELECT record FROM jobs WHERE queued_seq < ? ${filters.join(' ')} ORDER BY queued_seq DESC LIMIT ?`)
    .all(below, ...values, limit + 1);
  const jobs = rows.values().map((row) => storedJson(row['record']) as JobRecord);
  return pageOf(jobs, limit, ({ queuedSeq }) => [queuedSeq], request.fits);
}

/** A job in whatever state, as it is on disk, whole; undefined where there is none. */
export function findJob(db: Db, jobId: string): JobRecord | undefined {
  const row = db.prepare('SELECT record, rest FROM jobs WHERE id = ?').get(jobId);
  if (!row) return undefined;
  const record = storedJson(row['record']) as JobRecord;
  return row['rest'] === null ? record : joinedJob(record, storedJson(row['rest']) as object);
}

/** Id of the workspace of a job, as it is on disk. */
export function findWorkspaceOfJob(db: Db, jobId: string): string | undefined {
  const row = db.prepare('SELECT workspace FROM jobs WHERE id = ?').get(jobId);
  return row && String(row['workspace']);
}
