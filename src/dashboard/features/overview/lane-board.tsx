import { useElementSize } from '@mantine/hooks';
import { memo, useMemo, useRef, type ReactNode } from 'react';
import { useKeysInScope, useScope, useUi } from '../../dashboard-context.tsx';
import type { ServerSlice } from '../../server-slice.ts';
import { columnsThatFit, type Column } from '../../ui/column.ts';
import { EmptyState } from '../../ui/states.tsx';
import { useNow } from '../../ui/times.tsx';
import type { ListShown } from '../../ui/use-live-list.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { boardLanes, type Lane } from './lanes.ts';
import { ActivityCell, AgentCell, DoingCell, WorkCell } from './lane-cells.tsx';
import styles from './board.module.css';

/** Those with most room first; beside the inspector there is least. */
const boardColumns = [lanesWith(180), lanesWith(150)];
const fewestColumns = lanesWith(128).slice(0, 3);

function lanesWith(leastPx: number): readonly Column<Lane>[] {
  return [
    {
      key: 'agent',
      label: 'Agent',
      width: `minmax(${Math.min(leastPx, 150)}px, 1fr)`,
      render: (lane) => <AgentCell lane={lane} />,
    },
    { key: 'doing', label: 'Doing', width: `minmax(${leastPx}px, 1.7fr)`, render: (lane) => <DoingCell lane={lane} /> },
    {
      key: 'work',
      label: 'Locks and jobs',
      width: `minmax(${leastPx}px, 1.7fr)`,
      render: (lane) => <WorkCell lane={lane} />,
    },
    { key: 'activity', label: 'Last 3 minutes', width: '112px', render: ({ id }) => <ActivityCell agent={id} /> },
  ];
}

const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;
const locksOf = ({ locks }: ServerSlice): ServerSlice['locks'] => locks;
const jobsOf = ({ jobs }: ServerSlice): ServerSlice['jobs'] => jobs;

/** The lanes of what the screen covers, at most half a second old. */
export function useLanes(): readonly Lane[] {
  const sessions = useServerCalmly(sessionsOf);
  const locks = useServerCalmly(locksOf);
  const jobs = useServerCalmly(jobsOf);
  const now = useNow(5_000); // lost ones leave by time
  const before = useRef<readonly Lane[]>([]);
  const id = useScope();
  const hasKey = useKeysInScope();
  return useMemo(() => {
    const scope = id === undefined ? undefined : { id, hasKey };
    before.current = boardLanes({ sessions, locks, jobs }, scope, before.current, now);
    return before.current;
  }, [sessions, locks, jobs, id, hasKey, now, before]);
}

export interface BoardProps {
  readonly list: ListShown<Lane>;
  /** The lane whose agent the inspector shows. */
  readonly selected: string | undefined;
  readonly onSelect: (lane: Lane) => void;
}

export const laneKey = ({ id }: Lane): string => id;

/** A lane for each agent. */
export const Board = memo(function Board({ list, selected, onSelect }: BoardProps): ReactNode {
  const go = useUi((ui) => ui.go);
  const { ref, width } = useElementSize();
  return (
    <div ref={ref} className={styles.list}>
      <VirtualTable
        label="Agents"
        {...list}
        columns={columnsThatFit(width, boardColumns, fewestColumns)}
        rowHeight={55}
        isRuled
        empty={<EmptyState title="No agent is like that">Change the filter above.</EmptyState>}
        selected={selected}
        onSelect={onSelect}
        onOpen={({ sessions }) => {
          const [session] = sessions;
          if (session) go('sessions', { session: session.id });
        }}
      />
    </div>
  );
});
