import { Button } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { DashboardProvider, useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { usePastDesk, type OpenedPast } from '../../past/use-past-desk.ts';
import { FilterBox } from '../../ui/filter-box.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useLiveList } from '../../ui/use-live-list.ts';
import { counted } from '../../../protocol/words/units.ts';
import { Feed } from './feed.tsx';
import { Board, laneKey, useLanes } from './lane-board.tsx';
import { filterLanes } from './lanes.ts';
import styles from './overview.module.css';
import { PastBar } from './past-bar.tsx';

/** The Overview as it was right after an event, and how one moves from there. */
export function PastOverview({ seq }: { readonly seq: number }): ReactNode {
  const past = usePastDesk();
  const { desk } = past;
  useEffect(() => {
    if (desk.place.getState().seq !== seq) void desk.open(seq);
  }, [desk, seq]);
  const [text, setText] = useState('');
  useWindowEvent('keydown', (event) => onKey(event, past));
  return (
    <Screen
      toolbar={
        <Toolbar title="Overview" count="as it was" isScoped actions={<BackToNow />}>
          <FilterBox value={text} onChange={setText} label="Filter agents" width={160} />
        </Toolbar>
      }
    >
      <div className={styles.frame} data-steady data-past>
        <PastBar desk={desk} />
        <DashboardProvider value={past.dashboard}>
          <PastBoard past={past} text={text} />
        </DashboardProvider>
      </div>
    </Screen>
  );
}

function BackToNow(): ReactNode {
  const go = useUi((ui) => ui.go);
  return (
    <Button variant="filled" onClick={() => go('overview')}>
      Back to now
    </Button>
  );
}

function PastBoard({ past, text }: { readonly past: OpenedPast; readonly text: string }): ReactNode {
  const isThere = useStore(past.desk.place, ({ seq }) => seq !== undefined);
  const problem = useStore(past.desk.place, (place) => place.problem);
  const workspace = useWorkspace();
  const isAll = useUi((ui) => ui.isAllWorkspaces);
  const lanes = useLanes();
  const keys = useServer((server) => server.keys);
  const select = useUi((ui) => ui.select);
  const shown = useMemo(() => filterLanes(lanes, keys, text), [lanes, keys, text]);
  const list = useLiveList({ selected: undefined, what: `past ${text}`, rows: shown, rowKey: laneKey, kind: 'state' });
  if (!isThere) {
    return problem === undefined ? null : <EmptyState title="This moment cannot be shown">{problem}</EmptyState>;
  }
  return (
    <div className={styles.overview}>
      <div className={styles.board}>
        {lanes.length === 0 ? (
          <EmptyState title="No agent was connected">Move to another moment, or show all workspaces.</EmptyState>
        ) : (
          <Board list={list} selected={undefined} onSelect={({ keyId }) => select({ kind: 'key', keyId })} />
        )}
      </div>
      <div className={styles.side}>
        <HeldThen />
        <Feed workspace={isAll ? undefined : workspace?.id} isPast />
      </div>
    </div>
  );
}

/** What was held, waited for and worked on, counted. */
function HeldThen(): ReactNode {
  const locks = useServer((server) => server.locks);
  const jobs = useServer((server) => server.jobs);
  const waiters = [...locks.values()].reduce((sum, lock) => sum + lock.waiters.length, 0);
  const parts = [
    counted(locks.size, 'lock') + ' held',
    `${counted(waiters, 'agent')} waiting`,
    counted(jobs.size, 'job') + ' open',
  ];
  return <p className={styles.then}>In all workspaces: {parts.join(', ')}</p>;
}

/** Steps by the arrow keys and plays by Space, but where a control, a list or a dialog has these keys. */
function onKey(event: KeyboardEvent, { desk }: OpenedPast): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (
    event.target instanceof Element &&
    event.target.closest('input, button, [role="slider"], [role="grid"], [role="dialog"]')
  )
    return;
  if (event.key === 'ArrowLeft') void desk.step(-1);
  else if (event.key === 'ArrowRight') void desk.step(1);
  else if (event.key !== ' ') return;
  else if (desk.place.getState().rate === undefined) desk.play(1);
  else desk.pause();
  event.preventDefault();
}
