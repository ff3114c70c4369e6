import { useElementSize } from '@mantine/hooks';
import { LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { nameOfAgent } from '../../../protocol/words/agent-label.ts';
import { placeKey } from '../../../protocol/place-key.ts';
import type { LockState } from '../../../protocol/state.ts';
import { useScope, useServer, useUi } from '../../dashboard-context.tsx';
import type { ServerSlice } from '../../server-slice.ts';
import { FilterBox } from '../../ui/filter-box.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Fill, Screen, Toolbar } from '../../ui/panel.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useLiveList } from '../../ui/use-live-list.ts';
import { useOwnChanges } from '../../ui/use-own-changes.ts';
import { useSameRows } from '../../ui/use-same-rows.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { columnsThatFit, type Column } from '../../ui/column.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { useWithWorkspace } from '../../ui/workspace-column.tsx';
import { useForceRelease } from './force-release.tsx';
import { lockColumns } from './lock-cells.tsx';
import { lockRows } from './lock-rows.ts';
import { isSameLine, lockLines, type LockLine } from './lock-table.ts';
import styles from './locks.module.css';

const keyOf = ({ key }: LockLine): string => key;
const locksOf = ({ locks }: ServerSlice): ServerSlice['locks'] => locks;

const lockWorkspace = ({ lock }: LockLine): string => lock.workspace;

/** The locks of the workspaces shown, with holders, time left and waiters. */
export function LocksScreen(): ReactNode {
  const workspace = useScope();
  const locks = useServerCalmly(locksOf);
  const keys = useServer((server) => server.keys);
  const [text, setText] = useState('');
  const { ask, dialog } = useForceRelease();
  const select = useUi((ui) => ui.select);
  const chosen = useSelected('lock', (lock) => placeKey(lock.workspace, lock.path));
  // A waiter's row shows its lock in the inspector; only this component knows which row is selected.
  const [at, setAt] = useState<string>();
  const held = useMemo(
    () =>
      lockRows(locks.values(), { text, ...(workspace === undefined ? {} : { workspace }) }, (agent) =>
        nameOfAgent(keys, agent),
      ),
    [locks, keys, workspace, text],
  );
  const lines = useSameRows(
    useMemo(() => lockLines(held), [held]),
    keyOf,
    isSameLine,
  );
  const { ref, width } = useElementSize();
  const [columns] = useState(() => ({
    narrow: [...lockColumns.narrow, releaseColumn(ask)],
    more: [lockColumns.wide, lockColumns.middle].map((set) => [...set, releaseColumn(ask)]),
  }));
  const shownColumns = useWithWorkspace(columnsThatFit(width, columns.more, columns.narrow), 'path', lockWorkspace);
  const chosenLock = chosen === undefined ? undefined : locks.get(chosen)?.lockId;
  const isHere = lines.some(({ key, lock }) => key === at && lock.lockId === chosenLock);
  const selectedKey = isHere ? at : chosenLock;
  const what = `${workspace} ${text}`;
  const list = useLiveList({ selected: selectedKey, what, rows: lines, rowKey: keyOf, kind: 'state' });
  useOwnChanges(list.live.hold, 'lock');
  const waiting = lines.length - held.length;
  const isFiltered = text.trim() !== '';
  return (
    <Screen
      toolbar={
        <Toolbar
          title="Locks"
          isScoped
          count={`${held.length} held${waiting > 0 ? `, ${waiting} waiting` : ''}`}
          actions={<FollowControl hold={list.live.hold} />}
        >
          <FilterBox value={text} onChange={setText} label="Filter by path, agent or reason" width={250} />
        </Toolbar>
      }
    >
      <Fill ref={ref}>
        <VirtualTable
          label="Locks"
          {...list}
          columns={shownColumns}
          rowHeight={32}
          selected={selectedKey}
          onSelect={({ key, lock }) => {
            setAt(key);
            select({ kind: 'lock', workspace: lock.workspace, path: lock.path });
          }}
          empty={<NoLocks isFiltered={isFiltered} />}
        />
      </Fill>
      {dialog}
    </Screen>
  );
}

function releaseColumn(release: (lock: LockState) => void): Column<LockLine> {
  return {
    key: 'release',
    label: 'Actions',
    isLabelHidden: true,
    width: '52px',
    align: 'end',
    render: (line) =>
      line.kind === 'lock' && (
        <RowButton title="Force release…" label={`Force release ${line.lock.path}`} onPress={() => release(line.lock)}>
          <LockKeyholeOpen size={13} aria-hidden />
        </RowButton>
      ),
  };
}

function NoLocks({ isFiltered }: { isFiltered: boolean }): ReactNode {
  if (isFiltered) return <EmptyState icon={<LockKeyhole size={24} />} title="No lock matches the filter" />;
  return (
    <EmptyState icon={<LockKeyhole size={24} />} title="Nothing is locked">
      <p className={styles.explain}>
        An agent that wants a path for itself, or a folder with all below it (<Mono>src/</Mono>), calls{' '}
        <Mono>lock_acquire</Mono>. It holds the lock for 5 seconds to an hour, and renews it to keep it. Others who ask
        queue up here and get it in order, in the very moment it is released or runs out.
      </p>
      <p className={styles.explain}>
        Each grant has a <b>write ticket</b>, a number that only grows (agents know it as fence): a write that carries
        an old one is refused, so an agent that slept through the end of its lease cannot overwrite the next one’s work.
      </p>
    </EmptyState>
  );
}
