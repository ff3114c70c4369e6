import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { kindNamed } from '../../../jobs/kinds.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { ProgressBar } from '../../ui/badge.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { TimeAgo, useNow, usePace } from '../../ui/times.tsx';
import { formatCount, formatDuration } from '../../../protocol/words/units.ts';
import type { Column } from '../../ui/column.ts';
import { JobBadge } from './job-badge.tsx';
import { groupWords, isGroup, type JobGroup, type JobLine } from './job-groups.ts';
import { JobRowAction } from './job-row-action.tsx';
import { runTime, type JobRow } from './job-rows.ts';
import styles from './jobs.module.css';

/** What a column shows of a job; in the line of a group it is empty, unless `group` has something for it. */
function ofJob(
  render: (row: JobRow) => ReactNode,
  group?: (group: JobGroup) => ReactNode,
): (line: JobLine) => ReactNode {
  return (line) => (isGroup(line) ? group?.(line) : render(line));
}

const allColumns: readonly Column<JobLine>[] = [
  {
    key: 'status',
    label: 'State',
    width: '100px',
    render: ofJob(
      ({ status }) => <JobBadge status={status} />,
      (group) => <GroupMark group={group} />,
    ),
  },
  {
    key: 'path',
    label: 'File',
    width: 'minmax(140px, 2.2fr)',
    render: ofJob(
      ({ job }) => (
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
      ({ path }) => (
        <Mono cut>
          <PathText path={path} />
        </Mono>
      ),
    ),
  },
  {
    key: 'kind',
    label: 'Job',
    width: 'minmax(90px, 130px)',
    render: ofJob(({ job }) => <span className={styles.dim}>{kindNamed(job.kind)?.title ?? job.kind}</span>),
  },
  {
    key: 'how',
    label: 'Progress',
    width: 'minmax(100px, 1.8fr)',
    render: ofJob(
      (row) => <Outcome row={row} />,
      (group) => <span className={styles.dim}>{groupWords(group)}</span>,
    ),
  },
  {
    key: 'by',
    label: 'Asked by',
    width: 'minmax(80px, 140px)',
    render: ofJob(({ job }) => <ActorLabel actor={job.requestedBy} plain />),
  },
  { key: 'took', label: 'Took', width: '76px', align: 'end', render: ofJob(({ job }) => <Took job={job} />) },
  {
    key: 'queued',
    label: 'Queued',
    width: '84px',
    render: ofJob(
      ({ job }) => <Queued at={job.queuedAt} />,
      ({ jobs }) => <Queued at={Math.max(...jobs.map(({ job }) => job.queuedAt))} />,
    ),
  },
  {
    key: 'action',
    label: 'Actions',
    isLabelHidden: true,
    width: '40px',
    align: 'end',
    render: ofJob((row) => <JobRowAction row={row} />),
  },
];

/** Columns by the available width. */
export const jobColumns = {
  narrow: allColumns.filter(({ key }) => key !== 'kind' && key !== 'by' && key !== 'took'),
  wide: allColumns,
} as const;

function GroupMark({ group: { jobs, isOpen } }: { group: JobGroup }): ReactNode {
  const Icon = isOpen ? ChevronDown : ChevronRight;
  return (
    <span className={styles.status}>
      <Icon size={13} role="img" aria-label={isOpen ? 'Shown below' : 'Folded'} />
      {jobs.length === 1 ? '1 job' : `${formatCount(jobs.length)} jobs`}
    </span>
  );
}

function Queued({ at }: { at: number }): ReactNode {
  return (
    <span className={styles.dim}>
      <TimeAgo at={at} />
    </span>
  );
}

/** The progress of a job; when it is finished, its result in a few words. */
function Outcome({ row: { job } }: { row: JobRow }): ReactNode {
  switch (job.status) {
    case 'queued':
      return <span className={styles.dim}>{waiting(job)}</span>;
    case 'running':
      return <JobProgressBar jobId={job.id} />;
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
export function JobProgressBar({ jobId }: { jobId: string }): ReactNode {
  const progress = useServer(({ jobProgress }) => jobProgress.get(jobId));
  return (
    <span className={styles.progress}>
      <ProgressBar fraction={progress?.fraction} label="Progress" />
      {progress?.message !== undefined && <span className={styles.message}>{progress.message}</span>}
    </span>
  );
}

function Took({ job }: { job: JobRow['job'] }): ReactNode {
  return job.status === 'running' ? <RunTime job={job} /> : <Duration ms={runTime(job, 0)} />;
}

function RunTime({ job }: { job: JobRow['job'] }): ReactNode {
  const now = useNow(usePace(undefined, (job.startedAt ?? 0) + 20_000));
  return <Duration ms={runTime(job, now)} />;
}

function Duration({ ms }: { ms: number | undefined }): ReactNode {
  return ms === undefined ? null : <Mono dim>{formatDuration(ms)}</Mono>;
}
