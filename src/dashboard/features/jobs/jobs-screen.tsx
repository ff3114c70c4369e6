import { Select } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Hammer } from 'lucide-react';
import { Fragment, memo, useMemo, useState, type ReactNode } from 'react';
import { jobKinds } from '../../../jobs/kinds.ts';
import { jobStatuses, type JobRecord, type JobStatus } from '../../../protocol/records.ts';
import { useScope, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { useChanges } from '../../paging/use-changes.ts';
import { useLivePages } from '../../paging/use-live-pages.ts';
import type { ServerSlice } from '../../server-slice.ts';
import { JobMenu } from '../../start-job/job-menu.tsx';
import { FilterBox } from '../../ui/filter-box.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Fill, Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { useLiveList } from '../../ui/use-live-list.ts';
import { useOwnChanges } from '../../ui/use-own-changes.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { useWithWorkspace } from '../../ui/workspace-column.tsx';
import { jobColumns } from './job-cells.tsx';
import type { JobRow } from './job-rows.ts';
import { useJobRows } from './use-job-rows.ts';

const jobsOf = ({ jobs }: ServerSlice): ServerSlice['jobs'] => jobs;
const keyOf = ({ id }: JobRow): string => id;

const jobWorkspace = ({ job }: JobRow): string => job.workspace;

/** The jobs of the workspaces shown: running and queued ones live, finished ones below. */
export function JobsScreen(): ReactNode {
  const workspace = useScope();
  const params = useUi((ui) => ui.params);
  const select = useUi((ui) => ui.select);
  const chosen = useSelected('job', ({ jobId }) => jobId);
  const unfinished = useServerCalmly(jobsOf);
  const [text, setText] = useState('');
  const { ref, width } = useElementSize();
  const status = jobStatuses.find((each) => each === params['status']);
  const changed = useChanges('job', workspace);
  const pages = useLivePages<JobRecord>(
    `jobs ${workspace} ${status}`,
    (hub, ask) => hub.jobs({ ...ask, workspace, status }),
    changed,
  );
  const filter = useMemo(
    () => ({
      text,
      ...(workspace === undefined ? {} : { workspace }),
      ...(status === undefined ? {} : { status }),
    }),
    [text, workspace, status],
  );
  const all = useJobRows(unfinished, pages.items, filter);
  const what = `${workspace} ${status} ${text}`;
  const list = useLiveList({ selected: chosen, what, rows: all, rowKey: keyOf, kind: 'pages' });
  useOwnChanges(list.live.hold, 'job');
  const columns = useWithWorkspace(jobColumns[width >= 820 ? 'wide' : 'narrow'], 'path', jobWorkspace);
  const isFiltered = text.trim() !== '' || status !== undefined;
  return (
    <Screen
      toolbar={
        <Toolbar
          title="Jobs"
          isScoped
          count={unfinishedWords(unfinished.values(), workspace)}
          actions={
            <>
              <FollowControl hold={list.live.hold} />
              <StartHere />
            </>
          }
        >
          <FilterBox value={text} onChange={setText} label="Filter by file or id" />
          <StatusFilter status={status} />
        </Toolbar>
      }
    >
      <Fill ref={ref}>
        {pages.status === 'failed' && pages.error && list.rows.length === 0 ? (
          <ErrorState error={pages.error} onRetry={pages.refresh} />
        ) : (
          <VirtualTable
            label="Jobs"
            {...list}
            columns={columns}
            selected={chosen}
            onSelect={({ id }) => select({ kind: 'job', jobId: id })}
            onEnd={pages.loadMore}
            empty={pages.status === 'loading' ? <PageLoader /> : <NoJobs isFiltered={isFiltered} />}
          />
        )}
      </Fill>
    </Screen>
  );
}

/** Apart from the list: the workspace is another object with each write. */
function StartHere(): ReactNode {
  const workspace = useWorkspace()?.id;
  return workspace !== undefined && <JobMenu on={{ source: 'none', workspace }} />;
}

/** Apart from the list, which renders twice a second: fields cost more than rows. */
const StatusFilter = memo(function StatusFilter({ status }: { readonly status: JobStatus | undefined }): ReactNode {
  const go = useUi((ui) => ui.go);
  return (
    <Select
      aria-label="State"
      placeholder="All states"
      data={jobStatuses.map((value) => ({ value, label: labels[value] }))}
      value={status ?? null}
      onChange={(value) => go('jobs', value === null ? {} : { status: value })}
      clearable
      w={132}
    />
  );
});

const labels: Readonly<Record<JobStatus, string>> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

function unfinishedWords(jobs: Iterable<{ status: string; workspace: string }>, workspace: string | undefined): string {
  let [running, queued] = [0, 0];
  for (const job of jobs) {
    if (workspace !== undefined && job.workspace !== workspace) continue;
    if (job.status === 'running') running += 1;
    else queued += 1;
  }
  if (running + queued === 0) return 'none under way';
  return `${running} running${queued > 0 ? `, ${queued} queued` : ''}`;
}

function NoJobs({ isFiltered }: { isFiltered: boolean }): ReactNode {
  if (isFiltered) return <EmptyState icon={<Hammer size={24} />} title="No job matches the filter" />;
  return (
    <EmptyState icon={<Hammer size={24} />} title="No jobs yet">
      Long work is done in jobs: an agent calls{' '}
      {jobKinds.map(({ name }, at) => (
        <Fragment key={name}>
          {at > 0 && ' or '}
          <Mono>{name}</Mono>
        </Fragment>
      ))}
      , gets an id at once and waits for the result. You can start one too, from a file’s menu.
    </EmptyState>
  );
}
