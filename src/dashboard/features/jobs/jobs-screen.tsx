import { Button, Select } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Hammer } from 'lucide-react';
import { Fragment, memo, useMemo, useRef, useState, type ReactNode } from 'react';
import { jobKinds } from '../../../jobs/kinds.ts';
import { jobStatuses, type JobRecord, type JobStatus } from '../../../protocol/records.ts';
import { useScope, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { useChanges } from '../../paging/use-changes.ts';
import { useLivePages, type LivePages } from '../../paging/use-live-pages.ts';
import type { ServerSlice } from '../../server-slice.ts';
import { JobMenu } from '../../start-job/job-menu.tsx';
import { FilterBox } from '../../ui/filter-box.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Mono } from '../../ui/mono.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import { Fill, Screen, Toolbar } from '../../ui/panel.tsx';
import { SearchFurther } from '../../ui/search-further.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { useHold } from '../../ui/use-hold.ts';
import { useHeldRows } from '../../ui/use-live-list.ts';
import { useOwnChanges } from '../../ui/use-own-changes.ts';
import { useSameRows } from '../../ui/use-same-rows.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { useWithWorkspace } from '../../ui/workspace-column.tsx';
import { jobColumns } from './job-cells.tsx';
import { groupJobs, isGroup, isSameJobLine, type JobLine } from './job-groups.ts';
import type { JobRow } from './job-rows.ts';
import { useJobRows } from './use-job-rows.ts';

const jobsOf = ({ jobs }: ServerSlice): ServerSlice['jobs'] => jobs;
const keyOf = (line: JobLine): string => (isGroup(line) ? line.key : line.id);

const jobWorkspace = (line: JobLine): string => (isGroup(line) ? line.workspace : line.job.workspace);

/** Jobs that are read to be grouped by file: what is older would make groups grow under the eye. */
const GROUPED = 1_000;

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
  const isByFile = params['by'] === 'file';
  const changed = useChanges('job', workspace);
  const pages = useLivePages<JobRecord>(
    `jobs ${workspace} ${status} ${isByFile}`,
    (hub, ask) => hub.jobs({ ...ask, workspace, status }),
    changed,
    isByFile ? GROUPED : undefined,
  );
  const filter = useMemo(
    () => ({
      text,
      ...(workspace === undefined ? {} : { workspace }),
      ...(status === undefined ? {} : { status }),
    }),
    [text, workspace, status],
  );
  const jobs = useJobRows(unfinished, pages.items, filter);
  const live = useHold(chosen);
  const { lines, unfolded, toggle } = useGroups(jobs, isByFile, live.isHeld);
  const what = `${workspace} ${status} ${text} ${isByFile} ${[...unfolded].join(' ')}`;
  const list = useHeldRows(live, { selected: chosen, what, rows: lines, rowKey: keyOf, kind: 'pages' });
  useOwnChanges(live.hold, 'job');
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
              <FollowControl hold={live.hold} />
              <StartHere />
            </>
          }
        >
          <FilterBox value={text} onChange={setText} label="Filter by file or id" />
          <StatusFilter status={status} isByFile={isByFile} />
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
            onSelect={(line) => (isGroup(line) ? toggle(line.key) : select({ kind: 'job', jobId: line.id }))}
            onEnd={isByFile ? undefined : pages.loadMore}
            foot={isByFile && pages.hasMore ? `The newest ${formatCount(pages.items.length)} are grouped.` : undefined}
            empty={pages.status === 'loading' ? <PageLoader /> : <NoJobs isFiltered={isFiltered} pages={pages} />}
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

/** The lines of the list, grouped by file where that is asked for. */
function useGroups(
  jobs: readonly JobRow[],
  isByFile: boolean,
  isHeld: boolean,
): {
  readonly lines: readonly JobLine[];
  readonly unfolded: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
} {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  // While the list is held a job stays a line of its own: to fold it away would move all others.
  const folded = useRef<ReadonlySet<string>>(new Set());
  const grouped = useMemo(() => {
    if (!isByFile) return jobs;
    const lines = groupJobs(jobs, unfolded, isHeld ? folded.current : undefined);
    if (!isHeld) folded.current = new Set(lines.filter(isGroup).map(({ key }) => key));
    return lines;
  }, [jobs, isByFile, unfolded, isHeld, folded]);
  const lines = useSameRows(grouped, keyOf, isSameJobLine);
  const toggle = (key: string): void =>
    setUnfolded((was) => {
      const next = new Set(was);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return { lines, unfolded, toggle };
}

interface StatusFilterProps {
  readonly status: JobStatus | undefined;
  readonly isByFile: boolean;
}

/** Apart from the list, which renders twice a second: fields cost more than rows. */
const StatusFilter = memo(function StatusFilter({ status, isByFile }: StatusFilterProps): ReactNode {
  const go = useUi((ui) => ui.go);
  const change = (to: Partial<StatusFilterProps>): void => {
    const next = { status, isByFile, ...to };
    go('jobs', { ...(next.status && { status: next.status }), ...(next.isByFile && { by: 'file' }) });
  };
  return (
    <>
      <Select
        aria-label="State"
        placeholder="All states"
        data={jobStatuses.map((value) => ({ value, label: labels[value] }))}
        value={status ?? null}
        onChange={(value) => change({ status: value ?? undefined })}
        clearable
        w={132}
      />
      <Button
        aria-pressed={isByFile}
        variant={isByFile ? 'light' : 'default'}
        onClick={() => change({ isByFile: !isByFile })}
      >
        By file
      </Button>
    </>
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

function NoJobs({ isFiltered, pages }: { isFiltered: boolean; pages: LivePages<JobRecord> }): ReactNode {
  if (isFiltered && pages.hasMore) return <SearchFurther icon={<Hammer size={24} />} what="job" pages={pages} />;
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
