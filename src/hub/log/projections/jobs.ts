import type { HubEvent } from '../../../protocol/events.ts';
import type { JobRecord } from '../../../protocol/records.ts';
import { applyEvent } from '../../../protocol/apply-event.ts';
import { emptyState, type JobState } from '../../../protocol/state.ts';
import type { Db } from '../db.ts';
import { projection } from './projection.ts';
import { splitJob } from './split-job.ts';

/**
 * All jobs, as {@link JobRecord} in JSON: `record` with result and log cut short, which is what lists read, and `rest`
 * with what was cut, whole. A table with rowids: without them SQLite reads whole rows to find one. `queued_seq` is that of the last time it was queued.
 */
export const jobsProjection = projection('jobs', {
  version: 1,
  schema: [
    `CREATE TABLE jobs (
      id TEXT PRIMARY KEY, workspace TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, queued_seq INTEGER NOT NULL UNIQUE,
      record TEXT NOT NULL, rest TEXT
    )`,
    'CREATE INDEX jobs_by_workspace ON jobs (workspace, queued_seq)',
    'CREATE INDEX jobs_by_status ON jobs (status, queued_seq)',
  ],
  on: {
    'job.queued': (db, event, before) => put(db, { ...jobAfter(event, before.jobs.get(event.jobId)), log: [] }),
    'job.started': (db, event, before) => {
      const was = before.jobs.get(event.jobId);
      if (was) put(db, { ...jobAfter(event, was), log: [] });
    },
    'job.succeeded': (db, event, before) => {
      const was = before.jobs.get(event.jobId);
      const { at: finishedAt, ms, result, output: wrote, children, log } = event;
      const made = { ...(wrote && { wrote }), ...(children && { children }) };
      if (was) put(db, { ...was, status: 'succeeded', finishedAt, ms, result, ...made, log });
    },
    'job.failed': (db, event, before) => {
      const was = before.jobs.get(event.jobId);
      const { at: finishedAt, ms, code, message, log } = event;
      if (was) put(db, { ...was, status: 'failed', finishedAt, ms, error: { code, message }, log });
    },
    'job.cancelled': (db, event, before) => {
      const was = before.jobs.get(event.jobId);
      const { at: finishedAt, reason, log } = event;
      if (was) put(db, { ...was, status: 'cancelled', finishedAt, reason, log });
    },
    'workspace.deleted': (db, event) => {
      db.prepare('DELETE FROM jobs WHERE workspace = ?').run(event.workspace);
    },
  },
});

/** A job that goes on, as the shared reducer leaves it. */
function jobAfter(event: HubEvent & { jobId: string }, was: JobState | undefined): JobState {
  const state = emptyState();
  state.seq = event.seq - 1;
  if (was) state.jobs.set(was.id, was);
  applyEvent(state, event);
  const job = state.jobs.get(event.jobId);
  if (!job) throw new Error(`Event ${event.seq} ${event.type} should leave job ${event.jobId} alive`);
  return job;
}

function put(db: Db, job: JobRecord): void {
  const { record, rest } = splitJob(job);
  db.prepare('INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    job.id,
    job.workspace,
    job.kind,
    job.status,
    job.queuedSeq,
    JSON.stringify(record),
    rest === undefined ? null : JSON.stringify(rest),
  );
}
