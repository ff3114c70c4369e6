import { useMemo, useRef, type ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { useScope, useUi } from '../../dashboard-context.tsx';
import type { ServerSlice } from '../../server-slice.ts';
import { selected } from '../../ui-slice.ts';
import type { Column } from '../../ui/column.ts';
import { FollowControl } from '../../ui/follow-control.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useNow } from '../../ui/times.tsx';
import { useHeldRows } from '../../ui/use-held-rows.ts';
import { useHold } from '../../ui/use-hold.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { boardLanes, type Lane } from './lanes.ts';
import { ActivityCell, AgentCell, DoingCell, WorkCell } from './lane-cells.tsx';
import styles from './board.module.css';

const columns: readonly Column<Lane>[] = [
  { key: 'agent', label: 'Agent', width: 'minmax(150px, 1fr)', render: (lane) => <AgentCell lane={lane} /> },
  { key: 'doing', label: 'Doing', width: 'minmax(180px, 1.7fr)', render: (lane) => <DoingCell lane={lane} /> },
  { key: 'work', label: 'Locks and jobs', width: 'minmax(180px, 1.7fr)', render: (lane) => <WorkCell lane={lane} /> },
  { key: 'activity', label: 'Last 3 minutes', width: '112px', render: ({ keyId }) => <ActivityCell keyId={keyId} /> },
];

const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;
const locksOf = ({ locks }: ServerSlice): ServerSlice['locks'] => locks;
const jobsOf = ({ jobs }: ServerSlice): ServerSlice['jobs'] => jobs;
const keyOf = ({ keyId }: Lane): string => keyId;

/** The lanes of a workspace, or of all, at most half a second old. */
export function useLanes(workspace: WorkspaceState | undefined): readonly Lane[] {
  const sessions = useServerCalmly(sessionsOf);
  const locks = useServerCalmly(locksOf);
  const jobs = useServerCalmly(jobsOf);
  const now = useNow(5_000); // lost ones leave by time
  const before = useRef<readonly Lane[]>([]);
  return useMemo(() => {
    before.current = boardLanes({ sessions, locks, jobs }, workspace, before.current, now);
    return before.current;
  }, [sessions, locks, jobs, workspace, now]);
}

/** A lane for each agent. `filter` is what they were filtered by. */
export function Board({ lanes, filter }: { lanes: readonly Lane[]; filter: string }): ReactNode {
  const select = useUi((ui) => ui.select);
  const go = useUi((ui) => ui.go);
  const chosen = useUi((ui) => {
    const selection = selected(ui);
    return selection?.kind === 'key' ? selection.keyId : undefined;
  });
  const live = useHold(chosen);
  const scope = useScope();
  const { rows, added, gone } = useHeldRows(`lanes ${scope} ${filter}`, lanes, keyOf, live.isHeld, 'state');
  return (
    <div className={styles.list}>
      <VirtualTable
        label="Agents"
        rows={rows}
        rowKey={keyOf}
        live={live}
        gone={gone}
        columns={columns}
        rowHeight={55}
        isRuled
        empty={<EmptyState title="No agent is like that">Change the filter above.</EmptyState>}
        selected={chosen}
        onSelect={({ keyId }) => select({ kind: 'key', keyId })}
        onOpen={({ sessions }) => {
          const [session] = sessions;
          if (session) go('sessions', { session: session.id });
        }}
      />
      {live.isHeld && added > 0 && (
        <div className={styles.added}>
          <FollowControl live={live} added={added} />
        </div>
      )}
    </div>
  );
}
