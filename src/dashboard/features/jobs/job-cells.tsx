import type { ReactNode } from 'react';
import { kindNamed } from '../../../jobs/kinds.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { ProgressBar } from '../../ui/badge.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { TimeAgo, useNow, usePace } from '../../ui/times.tsx';
import { formatDuration } from '../../../protocol/words/units.ts';
import type { Column } from '../../ui/column.ts';
import { JobBadge } from './job-badge.tsx';
import { JobRowAction } from './job-row-action.tsx';
import { runTime, type JobRow } from './job-rows.ts';
import styles from './jobs.module.css';

const allColumns: readonly Column<JobRow>[] = [
  { key: 'status', label: 'State', width: '100px', render: ({ status }) => <JobBadge status={status} /> },
  {
    key: 'path',
    label: 'File',
    width: 'minmax(140px, 2.2fr)',
    render: ({ job }) => (
      <span className={styles.fileCell}>
        <Mono cut>
          <PathText path={job.path} />
        </Mono>{' '}
        {job.version !== undefined && (
          <Mono>
            <span className={styles.version}>v{job.version}</span>
          </Mono>
        )}
      </span>
    ),
  },
  {
    key: 'kind',
    label: 'Job',
    width: 'minmax(90px, 130px)',
    render: ({ job }) => <span className={styles.dim}>{kindNamed(job.kind)?.title ?? job.kind}</span>,
  },
  { key: 'how', label: 'Progress', width: 'minmax(100px, 1.8fr)', render: (row) => <Outcome row={row} /> },
  {
    key: 'by',
    label: 'Asked by',
    width: 'minmax(80px, 140px)',
    render: ({ job }) => <ActorLabel actor={job.requestedBy} plain />,
  },
  { key: 'took', label: 'Took', width: '76px', align: 'end', render: ({ job }) => <Took job={job} /> },
  {
    key: 'queued',
    label: 'Queued',
    width: '84px',
    render: ({ job }) => (
      <span className={styles.dim}>
        <TimeAgo at={job.queuedAt} />
      </span>
    ),
  },
  {
    key: 'action',
    label: 'Actions',
    isLabelHidden: true,
    width: '40px',
    align: 'end',
    render: (row) => <JobRowAction row={row} />,
  },
];

/** Columns by the available width. */
export const jobColumns = {
  narrow: allColumns.filter(({ key }) => key !== 'kind' && key !== 'by' && key !== 'took'),
  wide: allColumns,
} as const;

/** The progress of a job; when it is finished, its result in a few words. */
function Outcome({ row: { job } }: { row: JobRow }): ReactNode {
  switch (job.status) {
    case 'queued':
      return <span className={styles.dim}>{waiting(job)}</span>;
    case 'running':
      return <JobProgress jobId={job.id} />;
    case 'succeeded':
      return <span className={styles.dim}>{'result' in job ? kindNamed(job.kind)?.gist(job.result) : ''}</span>;
    case 'failed':
      return (
        <span className={styles.failed} title={'error' in job ? job.error.message : undefined}>
          {'error' in job ? job.error.message : ''}
        </span>
      );
    case 'cancelled':
      return <span className={styles.dim}>{'reason' in job ? job.reason : ''}</span>;
    default:
      return job satisfies never;
  }
}

/** Why a job waits, where it is not only for its turn. */
function waiting({ attempt, retries }: Pick<JobRow['job'], 'attempt' | 'retries'>): string {
  if (retries) return `attempt ${attempt}, after: ${retries.message}`;
  return attempt > 1 ? `attempt ${attempt}` : '';
}

/** The latest progress; an indeterminate bar until there is some. */
export function JobProgress({ jobId }: { jobId: string }): ReactNode {
  const progress = useServer(({ jobProgress }) => jobProgress.get(jobId));
  return (
    <span className={styles.progress}>
      <ProgressBar fraction={progress?.fraction} label="Progress" />
      {progress?.message !== undefined && <span className={styles.message}>{progress.message}</span>}
    </span>
  );
}

function Took({ job }: { job: JobRow['job'] }): ReactNode {
  return job.status === 'running' ? <Running job={job} /> : <Duration ms={runTime(job, 0)} />;
}

function Running({ job }: { job: JobRow['job'] }): ReactNode {
  const now = useNow(usePace(undefined, (job.startedAt ?? 0) + 20_000));
  return <Duration ms={runTime(job, now)} />;
}

function Duration({ ms }: { ms: number | undefined }): ReactNode {
  return ms === undefined ? null : <Mono dim>{formatDuration(ms)}</Mono>;
}
