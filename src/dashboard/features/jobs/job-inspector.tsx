import { Button } from '@mantine/core';
import { Ban, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { labelOfField } from '../../../jobs/job-facts.ts';
import type { JobRecord } from '../../../protocol/records.ts';
import { useNamed, useUi } from '../../dashboard-context.tsx';
import { useChanges } from '../../paging/use-changes.ts';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { InspectorHead, KeyValue, Section } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/loaded.tsx';

import { Elapsed } from '../../ui/times.tsx';
import { Causes } from '../../ui/trace.tsx';
import { formatDateTime, formatDuration, formatSize } from '../../../protocol/words/units.ts';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { JobBadge } from './job-badge.tsx';
import { JobProgressBar } from './job-cells.tsx';
import { JobLog } from './job-log.tsx';
import { runTime } from './job-rows.ts';
import { ResultView } from './result-view.tsx';
import styles from './jobs.module.css';

/** A job in full: its progress or result, its log, its causes. */
export function JobInspector({ jobId }: { jobId: string }): ReactNode {
  // Read again after events of jobs: a retry may finish before it is ever seen unfinished.
  const load = useLoad(`job ${jobId}`, (hub) => hub.job({ jobId }), useChanges('job', undefined));
  return <Loaded load={load}>{(job) => <Job job={job} />}</Loaded>;
}

function Job({ job }: { job: JobRecord }): ReactNode {
  const took = runTime(job, 0);
  return (
    <>
      <InspectorHead>
        <div className={styles.headLine}>
          <JobBadge status={job.status} />
          <JobActions job={job} />
        </div>
        {job.version === undefined ? (
          <Mono>{job.path}</Mono>
        ) : (
          <FileLink workspace={job.workspace} path={job.path} version={job.version} />
        )}
        {job.status === 'running' && <JobProgressBar jobId={job.id} />}
      </InspectorHead>
      {job.status === 'failed' && (
        <Section title="Why it failed">
          <p className={styles.problem}>{job.error.message}</p>
          <Mono tone="refused">{job.error.code}</Mono>
        </Section>
      )}
      {job.status === 'queued' && job.retries && (
        <Section title="Waits to be tried again">
          <p className={styles.problem}>{job.retries.message}</p>
          <Mono dim>{formatDateTime(job.retries.notBefore)}</Mono>
        </Section>
      )}
      {job.status === 'succeeded' && job.wrote && (
        <Section title="Wrote">
          <FileLink workspace={job.workspace} path={job.wrote.path} version={job.wrote.version} />{' '}
          <Mono dim>{formatSize(job.wrote.sizeBytes)}</Mono>
        </Section>
      )}
      {job.status === 'succeeded' && job.children && (
        <Section title="Jobs that follow">
          {job.children.map((id) => (
            <JobLink key={id} jobId={id} />
          ))}
        </Section>
      )}
      {job.status === 'succeeded' && <ResultView kind={job.kind} result={job.result} />}
      <JobLog job={job} />
      <Section title="Job">
        <KeyValue
          rows={[
            ['Kind', <Mono key="kind">{job.kind}</Mono>],
            ...Object.entries(job.input ?? {}).map(
              ([name, value]) =>
                [
                  labelOfField(name),
                  <Mono key={name}>{typeof value === 'string' ? value : JSON.stringify(value)}</Mono>,
                ] as const,
            ),
            ['Asked by', <ActorLabel key="by" actor={job.requestedBy} />],
            ['Queued', <Mono key="queued">{formatDateTime(job.queuedAt)}</Mono>],
            ['Took', took !== undefined && job.status !== 'running' && <Mono key="took">{formatDuration(took)}</Mono>],
            [
              'Running',
              job.status === 'running' && job.startedAt !== undefined && <Elapsed key="for" since={job.startedAt} />,
            ],
            ['Goes to', job.output && job.status !== 'succeeded' && <Mono key="into">{job.output.path || '/'}</Mono>],
            ['Priority', job.priority],
            ['Follows', job.parent !== undefined && <JobLink key="parent" jobId={job.parent} />],
            ['Attempt', job.attempt > 1 && String(job.attempt)],
            ['Reason', job.status === 'cancelled' && job.reason],
            [
              'Id',
              <span key="id" className={styles.id}>
                <Mono>{job.id}</Mono>
                <CopyButton text={job.id} label="Copy id" />
              </span>,
            ],
          ]}
        />
      </Section>
      <Causes seq={job.queuedSeq} />
    </>
  );
}

/** A file's version, which opens. */
function FileLink({ workspace, path, version }: { workspace: string; path: string; version: number }): ReactNode {
  const select = useUi((ui) => ui.select);
  return (
    <button type="button" className={styles.file} onClick={() => select({ kind: 'file', workspace, path, version })}>
      {path} <span className={styles.version}>v{version}</span>
    </button>
  );
}

/** A link to another job, by its file's path. */
function JobLink({ jobId }: { jobId: string }): ReactNode {
  const select = useUi((ui) => ui.select);
  const path = useNamed('jobPaths', jobId);
  return (
    <button type="button" className={styles.file} title={jobId} onClick={() => select({ kind: 'job', jobId })}>
      {path ?? jobId}
    </button>
  );
}

function JobActions({ job }: { job: JobRecord }): ReactNode {
  const cancel = useAction((hub) => hub.jobCancel({ jobId: job.id }));
  const retry = useAction((hub) => hub.jobRetry({ jobId: job.id }));
  switch (job.status) {
    case 'queued':
    case 'running':
      return (
        <Button leftSection={<Ban size={13} />} loading={cancel.isPending} onClick={() => void cancel.run()}>
          Cancel
        </Button>
      );
    case 'failed':
    case 'cancelled':
      return (
        <Button leftSection={<RotateCw size={13} />} loading={retry.isPending} onClick={() => void retry.run()}>
          Retry
        </Button>
      );
    case 'succeeded':
      return null;
    default:
      return job satisfies never;
  }
}
