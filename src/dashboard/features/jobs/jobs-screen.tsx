import { Select } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Hammer } from 'lucide-react';
import { Fragment, useMemo, useState, type ReactNode } from 'react';
import { jobKinds } from '../../../jobs/kinds.ts';
import { jobStatuses, type JobRecord, type JobStatus } from '../../../protocol/records.ts';
import { useUi, useWorkspace } from '../../dashboard-context.tsx';
import { useChanges } from '../../paging/use-changes.ts';
import { useLivePages } from '../../paging/use-live-pages.ts';
import type { ServerSlice } from '../../server-slice.ts';
import { selected } from '../../ui-slice.ts';
import { FilterBox } from '../../ui/filter-box.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Fill, Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { useHeldRows } from '../../ui/use-held-rows.ts';
import { useHold } from '../../ui/use-hold.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { jobColumns } from './job-cells.tsx';
import type { JobRow } from './job-rows.ts';
import { useJobRows } from './use-job-rows.ts';

const jobsOf = ({ jobs }: ServerSlice): ServerSlice['jobs'] => jobs;
const keyOf = ({ id }: JobRow): string => id;

/** The jobs of the selected workspace: running and queued ones live, finished ones below. */
export function JobsScreen(): ReactNode {
  const workspaceId = useWorkspace()?.id;
  const params = useUi((ui) => ui.params);
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const chosen = useUi((ui) => {
    const selection = selected(ui);
    return selection?.kind === 'job' ? selection.jobId : undefined;
  });
  const unfinished = useServerCalmly(jobsOf);
  const [text, setText] = useState('');
  const { ref, width } = useElementSize();
  const status = jobStatuses.find((each) => each === params['status']);
  const changed = useChanges('job', workspaceId);
  const pages = useLivePages<JobRecord>(
    `jobs ${workspaceId} ${status}`,
    (hub, ask) => hub.jobs({ ...ask, workspace: workspaceId, status }),
    changed,
  );
  const filter = useMemo(
    () => ({
      text,
      ...(workspaceId === undefined ? {} : { workspace: workspaceId }),
      ...(status === undefined ? {} : { status }),
    }),
    [text, workspaceId, status],
  );
  const all = useJobRows(unfinished, pages.items, filter);
  const live = useHold(chosen);
  const { rows, added, gone } = useHeldRows(`${workspaceId} ${status} ${text}`, all, keyOf, live.isHeld, 'pages');
  const isFiltered = text.trim() !== '' || status !== undefined;
  return (
    <Screen
      toolbar={
        <Toolbar
          title="Jobs"
          count={unfinishedWords(unfinished.values(), workspaceId)}
          actions={<FollowControl live={live} added={added} />}
        >
          <FilterBox value={text} onChange={setText} label="Filter by file or id" />
          <Select
            aria-label="State"
            placeholder="All states"
            data={jobStatuses.map((value) => ({ value, label: labels[value] }))}
            value={status ?? null}
            onChange={(value) => go('jobs', value === null ? {} : { status: value })}
            clearable
            w={132}
          />
        </Toolbar>
      }
    >
      <Fill ref={ref}>
        {pages.status === 'failed' && pages.error && rows.length === 0 ? (
          <ErrorState error={pages.error} onRetry={pages.refresh} />
        ) : (
          <VirtualTable
            label="Jobs"
            rows={rows}
            rowKey={keyOf}
            live={live}
            gone={gone}
            columns={jobColumns[width >= 820 ? 'wide' : 'narrow']}
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
    if (job.workspace !== workspace) continue;
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
