import { idOfAgent } from '../../../protocol/agent-id.ts';
import { History } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { PastSession } from '../../../protocol/records.ts';
import { useEvents, useKeysInScope, useServer, useUi } from '../../dashboard-context.tsx';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { WireBadge } from '../../ui/badge.tsx';
import { EndReason } from '../../ui/end-reason.tsx';
import { Mono } from '../../ui/mono.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { formatCount, formatDateTime, formatDuration, formatSize } from '../../../protocol/words/units.ts';
import { usePages } from '../../ui/use-pages.ts';
import type { Column } from '../../ui/column.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { filterSessions } from './session-rows.ts';
import styles from './sessions.module.css';
import { clientLabel } from '../../../protocol/words/client-label.ts';

const columns: readonly Column<PastSession>[] = [
  {
    key: 'closed',
    label: 'Closed',
    width: '146px',
    render: ({ closedAt }) => <Mono dim>{formatDateTime(closedAt)}</Mono>,
  },
  {
    key: 'agent',
    label: 'Agent',
    width: 'minmax(96px, 1fr)',
    render: (session) => <AgentChip agent={idOfAgent(session)} plain />,
  },
  { key: 'wire', label: 'Wire', width: '68px', render: ({ wire }) => <WireBadge wire={wire} /> },
  {
    key: 'client',
    label: 'Client',
    width: 'minmax(96px, 1fr)',
    render: ({ client }) => client && <Mono>{clientLabel(client)}</Mono>,
  },
  {
    key: 'why',
    label: 'Why it closed',
    width: 'minmax(120px, 2.2fr)',
    render: ({ closeReason }) => <EndReason reason={closeReason} />,
  },
  {
    key: 'protocol',
    label: 'Protocol',
    width: '92px',
    render: ({ client }) => <Mono dim>{client?.protocolVersion ?? ''}</Mono>,
  },
  {
    key: 'lasted',
    label: 'Lasted',
    width: '80px',
    align: 'end',
    render: ({ openedAt, closedAt }) => <Mono>{formatDuration(closedAt - openedAt)}</Mono>,
  },
  {
    key: 'messages',
    label: 'In / out',
    width: '104px',
    align: 'end',
    render: ({ traffic }) => <Mono dim>{`${formatCount(traffic.framesIn)} / ${formatCount(traffic.framesOut)}`}</Mono>,
  },
  {
    key: 'bytes',
    label: 'Traffic',
    width: '76px',
    align: 'end',
    render: ({ traffic }) => <Mono dim>{formatSize(traffic.bytesIn + traffic.bytesOut)}</Mono>,
  },
];

/** The closed sessions, newest first, read by page. */
export function PastSessions({ text }: { text: string }): ReactNode {
  const pages = usePages<PastSession>('past sessions', (hub, cursor) => hub.pastSessions({ limit: 200, cursor }));
  const keys = useServer((server) => server.keys);
  const go = useUi((ui) => ui.go);
  const [newer, setNewer] = useState(0);
  useEvents((events) => {
    const closed = events.filter(({ type }) => type === 'session.closed').length;
    if (closed > 0) setNewer((count) => count + closed);
  });
  const isInScope = useKeysInScope();
  const rows = useMemo(
    () =>
      filterSessions(
        pages.items.filter(({ keyId }) => isInScope(keyId)),
        keys,
        text,
      ),
    [pages.items, keys, text, isInScope],
  );
  if (pages.status === 'loading') return <PageLoader />;
  if (pages.error && pages.items.length === 0) return <ErrorState error={pages.error} onRetry={pages.reload} />;
  return (
    <>
      {newer > 0 && (
        <button
          type="button"
          className={styles.newer}
          onClick={() => {
            setNewer(0);
            pages.reload();
          }}
        >
          {newer === 1 ? 'One more session has closed' : `${formatCount(newer)} more sessions have closed`}. Show
        </button>
      )}
      <VirtualTable
        label="Past sessions"
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        onSelect={({ id }) => go('sessions', { session: id })}
        onEnd={pages.more}
        empty={
          <EmptyState
            icon={<History size={22} />}
            title={text === '' ? 'No session has ended yet' : 'No session is like that'}
          >
            {text === '' ? undefined : 'Only those fetched so far are searched: scroll on to fetch more.'}
          </EmptyState>
        }
      />
    </>
  );
}
