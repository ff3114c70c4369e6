import { useElementSize } from '@mantine/hooks';
import { Radio } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { SessionState } from '../../../protocol/state.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import type { ServerSlice } from '../../server-slice.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { StatusDot, WireBadge } from '../../ui/badge.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Fill } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Elapsed } from '../../ui/times.tsx';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import type { Column, TableSort } from '../../ui/column.ts';
import type { LiveList } from '../../ui/use-hold.ts';
import { useHeldRows } from '../../ui/use-held-rows.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import styles from './sessions.module.css';
import { filterSessions, sortSessions } from './session-rows.ts';
import { clientLabel } from '../../../protocol/words/client-label.ts';

const allColumns: readonly Column<SessionState>[] = [
  { key: 'state', label: 'State', width: '84px', sortable: true, render: (session) => <StateCell session={session} /> },
  {
    key: 'agent',
    label: 'Agent',
    width: 'minmax(120px, 1.2fr)',
    sortable: true,
    render: ({ keyId }) => <AgentChip keyId={keyId} plain />,
  },
  { key: 'wire', label: 'Wire', width: '56px', sortable: true, render: ({ wire }) => <WireBadge wire={wire} /> },
  {
    key: 'client',
    label: 'Client',
    width: 'minmax(120px, 1.4fr)',
    sortable: true,
    render: ({ client }) => client && <Mono>{clientLabel(client)}</Mono>,
  },
  {
    key: 'protocol',
    label: 'Protocol',
    width: '92px',
    sortable: true,
    render: ({ client }) => <Mono dim>{client?.protocolVersion ?? ''}</Mono>,
  },
  {
    key: 'uptime',
    label: 'Uptime',
    width: '88px',
    align: 'end',
    sortable: true,
    render: ({ openedAt }) => <Elapsed since={openedAt} />,
  },
  {
    key: 'messages',
    label: 'In / out',
    width: '104px',
    align: 'end',
    render: ({ id }) => <MessagesCell sessionId={id} />,
  },
  { key: 'bytes', label: 'Traffic', width: '76px', align: 'end', render: ({ id }) => <BytesCell sessionId={id} /> },
  { key: 'remote', label: 'From', width: 'minmax(124px, 0.8fr)', render: ({ remote }) => <Mono dim>{remote}</Mono> },
];

/** Columns by the available width; the inspector has the rest. */
const columns = {
  narrow: allColumns.filter(({ key }) => !['protocol', 'bytes', 'remote'].includes(key)),
  wide: allColumns,
} as const;

function StateCell({ session: { status, dropReason } }: { session: SessionState }): ReactNode {
  return (
    <span className={styles.stateCell} title={dropReason}>
      <StatusDot tone={status === 'ready' ? 'proceed' : 'waiting'} hollow={status === 'dropped'} label="" /> {status}
    </span>
  );
}

function MessagesCell({ sessionId }: { sessionId: string }): ReactNode {
  const traffic = useServer(({ pulses }) => pulses.get(sessionId)?.traffic);
  return traffic && <Mono dim>{`${formatCount(traffic.framesIn)} / ${formatCount(traffic.framesOut)}`}</Mono>;
}

function BytesCell({ sessionId }: { sessionId: string }): ReactNode {
  const bytes = useServer(({ pulses }) => {
    const traffic = pulses.get(sessionId)?.traffic;
    return traffic && traffic.bytesIn + traffic.bytesOut;
  });
  return bytes !== undefined && <Mono dim>{formatSize(bytes)}</Mono>;
}

const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;
const keyOf = ({ id }: SessionState): string => id;

export interface LiveSessionsProps {
  readonly text: string;
  readonly live: LiveList;
  /** Told how many sessions there are that a held list does not show. */
  readonly onAdded: (count: number) => void;
}

/** The sessions that are open, or dropped but not closed. */
export function OpenSessions({ text, live, onAdded }: LiveSessionsProps): ReactNode {
  const sessions = useServerCalmly(sessionsOf);
  const keys = useServer((server) => server.keys);
  const go = useUi((ui) => ui.go);
  const [sort, setSort] = useState<TableSort>({ key: 'uptime', descending: true });
  const all = useMemo(
    () => sortSessions(filterSessions([...sessions.values()], keys, text), keys, sort),
    [sessions, keys, text, sort],
  );
  const what = `${text} ${sort.key} ${sort.descending}`;
  const { rows, added, gone } = useHeldRows(what, all, keyOf, live.isHeld, 'state');
  useEffect(() => onAdded(added), [onAdded, added]);
  const { ref, width } = useElementSize();
  return (
    <Fill ref={ref}>
      <VirtualTable
        label="Open sessions"
        rows={rows}
        rowKey={keyOf}
        live={live}
        gone={gone}
        columns={columns[width >= 1000 ? 'wide' : 'narrow']}
        sort={sort}
        onSort={setSort}
        rowTone={({ status }) => (status === 'dropped' ? 'waiting' : undefined)}
        onSelect={({ id }) => go('sessions', { session: id })}
        empty={
          <EmptyState
            icon={<Radio size={22} />}
            title={sessions.size === 0 ? 'No session is open' : 'No session is like that'}
          >
            {sessions.size === 0
              ? 'An agent opens one when it connects. The overview shows how.'
              : 'Change the filter above.'}
          </EmptyState>
        }
      />
    </Fill>
  );
}
