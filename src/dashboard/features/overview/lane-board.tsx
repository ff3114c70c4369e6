import { useMemo, useRef, type ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { selected } from '../../ui-slice.ts';
import type { Column } from '../../ui/column.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { boardLanes, type Lane } from './lanes.ts';
import { ActivityCell, AgentCell, DoingCell, WorkCell } from './lane-cells.tsx';

const columns: readonly Column<Lane>[] = [
  { key: 'agent', label: 'Agent', width: 'minmax(150px, 1fr)', render: (lane) => <AgentCell lane={lane} /> },
  { key: 'doing', label: 'Doing', width: 'minmax(180px, 1.7fr)', render: (lane) => <DoingCell lane={lane} /> },
  { key: 'work', label: 'Locks and jobs', width: 'minmax(180px, 1.7fr)', render: (lane) => <WorkCell lane={lane} /> },
  { key: 'activity', label: 'Last 3 minutes', width: '112px', render: ({ keyId }) => <ActivityCell keyId={keyId} /> },
];

/** The lanes of a workspace as they are now. */
export function useLanes(workspace: WorkspaceState | undefined): readonly Lane[] {
  const sessions = useServer((server) => server.sessions);
  const locks = useServer((server) => server.locks);
  const jobs = useServer((server) => server.jobs);
  const before = useRef<readonly Lane[]>([]);
  return useMemo(() => {
    before.current = workspace ? boardLanes({ sessions, locks, jobs }, workspace, before.current) : [];
    return before.current;
  }, [sessions, locks, jobs, workspace]);
}

/** A lane for each agent. */
export function Board({ lanes }: { lanes: readonly Lane[] }): ReactNode {
  const select = useUi((ui) => ui.select);
  const go = useUi((ui) => ui.go);
  const selection = useUi(selected);
  return (
    <VirtualTable
      label="Agents"
      rows={lanes}
      rowKey={({ keyId }) => keyId}
      columns={columns}
      rowHeight={55}
      isRuled
      selected={selection?.kind === 'key' ? selection.keyId : undefined}
      onSelect={({ keyId }) => select({ kind: 'key', keyId })}
      onOpen={({ sessions }) => {
        const session = sessions.at(-1);
        if (session) go('sessions', { session: session.id });
      }}
    />
  );
}
