import { idOfAgent } from '../../../protocol/agent-id.ts';
import { History } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import type { PastSession } from '../../../protocol/records.ts';
import { useKeysInScope, useScope, useServer, useUi } from '../../dashboard-context.tsx';
import { useChanges } from '../../paging/use-changes.ts';
import { useLivePages, type LivePages } from '../../paging/use-live-pages.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { WireBadge } from '../../ui/badge.tsx';
import { EndReason } from '../../ui/end-reason.tsx';
import { Mono } from '../../ui/mono.tsx';
import { SearchFurther } from '../../ui/search-further.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { formatCount, formatDateTime, formatDuration, formatSize } from '../../../protocol/words/units.ts';
import type { Column } from '../../ui/column.ts';
import { useHeldRows } from '../../ui/use-live-list.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import type { LiveSessionsProps } from './open-sessions.tsx';
import { filterSessions } from './session-rows.ts';
import { useOpenPage } from '../../ui/use-open-page.ts';
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

const keyOf = ({ id }: PastSession): string => id;

/** The closed sessions, newest first, read by page; one that closes comes on top. */
export function PastSessions({ text, live, chosen }: LiveSessionsProps): ReactNode {
  const pages = useLivePages<PastSession>(
    'past sessions',
    (hub, ask) => hub.pastSessions(ask),
    useChanges('session', undefined),
  );
  const keys = useServer((server) => server.keys);
  const select = useUi((ui) => ui.select);
  const openPage = useOpenPage();
  const isInScope = useKeysInScope();
  const scope = useScope();
  const rows = useMemo(
    () =>
      filterSessions(
        pages.items.filter(({ keyId }) => isInScope(keyId)),
        keys,
        text,
      ),
    [pages.items, keys, text, isInScope],
  );
  const list = useHeldRows(live, {
    selected: chosen,
    what: `past ${scope} ${text}`,
    rows,
    rowKey: keyOf,
    kind: 'pages',
  });
  if (pages.error && pages.items.length === 0) return <ErrorState error={pages.error} onRetry={pages.refresh} />;
  return (
    <VirtualTable
      label="Past sessions"
      {...list}
      columns={columns}
      selected={chosen}
      onSelect={({ id }) => select({ kind: 'session', sessionId: id })}
      onOpen={({ id }) => openPage({ session: id })}
      onEnd={pages.loadMore}
      empty={pages.status === 'loading' ? <PageLoader /> : <NoneEnded pages={pages} isFiltered={text !== ''} />}
    />
  );
}

function NoneEnded({ pages, isFiltered }: { pages: LivePages<PastSession>; isFiltered: boolean }): ReactNode {
  const icon = <History size={22} />;
  if (pages.hasMore) return <SearchFurther icon={icon} what="session" pages={pages} />;
  return <EmptyState icon={icon} title={isFiltered ? 'No session is like that' : 'No session has ended yet'} />;
}
