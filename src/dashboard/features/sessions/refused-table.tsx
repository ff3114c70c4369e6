import { useElementSize } from '@mantine/hooks';
import { ShieldCheck } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import type { RefusedConnection } from '../../../protocol/refused-connection.ts';
import { refusedWords, type RefusedWords } from '../../connecting/refused-words.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import type { Column } from '../../ui/column.ts';
import { Mono } from '../../ui/mono.tsx';
import { Fill } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import { useHeldRows } from '../../ui/use-live-list.ts';
import { useOpenPage } from '../../ui/use-open-page.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import type { LiveSessionsProps } from './open-sessions.tsx';
import styles from './sessions.module.css';

interface RefusedRow extends RefusedWords {
  readonly refused: RefusedConnection;
}

const columns: Readonly<Record<'narrow' | 'wide', readonly Column<RefusedRow>[]>> = (() => {
  const last: Column<RefusedRow> = {
    key: 'last',
    label: 'Last',
    width: '84px',
    render: ({ refused }) => <TimeAgo at={refused.lastAt} />,
  };
  const what: Column<RefusedRow> = {
    key: 'what',
    label: 'What was wrong, and what to do',
    width: 'minmax(240px, 2.4fr)',
    render: ({ who, what: wrong, todo }) => (
      <div className={styles.refused}>
        <span className={styles.refusedLine} title={`${who} ${wrong}`}>
          <strong>{who}</strong> {wrong}
        </span>
        <span className={styles.refusedTodo} title={todo}>
          {todo}
        </span>
      </div>
    ),
  };
  const status: Column<RefusedRow> = {
    key: 'status',
    label: 'Answer',
    width: '60px',
    render: ({ refused }) => <Mono tone="refused">{refused.status}</Mono>,
  };
  const count: Column<RefusedRow> = {
    key: 'count',
    label: 'Tries',
    width: '64px',
    align: 'end',
    render: ({ refused }) => <Mono dim>{formatCount(refused.count)}</Mono>,
  };
  const request: Column<RefusedRow> = {
    key: 'request',
    label: 'Request',
    width: 'minmax(100px, 0.7fr)',
    render: ({ refused }) => (
      <Mono cut title={refused.message}>
        {refused.request}
      </Mono>
    ),
  };
  const from: Column<RefusedRow> = {
    key: 'from',
    label: 'From',
    width: 'minmax(100px, 0.7fr)',
    render: ({ refused }) => (
      <Mono dim cut>
        {refused.address}
      </Mono>
    ),
  };
  return { narrow: [last, what, status, count], wide: [last, what, request, status, from, count] };
})();

const keyOf = ({ refused: { id } }: RefusedRow): string => String(id);

/** Who tried to connect and was refused since the hub was started, the last one first. */
export function RefusedTable({ text, live, chosen }: LiveSessionsProps): ReactNode {
  const select = useUi((ui) => ui.select);
  const openPage = useOpenPage();
  const refused = useServer((server) => server.refused);
  const keys = useServer((server) => server.keys);
  const all = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return refused
      .map((one): RefusedRow => ({ refused: one, ...refusedWords(one, (id) => keys.get(id)?.name ?? id) }))
      .filter(({ who, what, refused: { client = '', address, request } }) =>
        [who, what, client, address, request].some((part) => part.toLowerCase().includes(wanted)),
      );
  }, [refused, keys, text]);
  const list = useHeldRows(live, { selected: chosen, what: text, rows: all, rowKey: keyOf, kind: 'state' });
  const { ref, width } = useElementSize();
  return (
    <Fill ref={ref}>
      <VirtualTable
        label="Refused connections"
        {...list}
        columns={columns[width >= 820 ? 'wide' : 'narrow']}
        rowHeight={48}
        selected={chosen}
        onSelect={({ refused: { id } }) => select({ kind: 'refused', id })}
        onOpen={({ refused: { id } }) => openPage({ show: 'refused', attempt: String(id) })}
        isRuled
        empty={
          <EmptyState
            icon={<ShieldCheck size={22} />}
            title={refused.length === 0 ? 'Nobody was refused' : 'No refused connection is like that'}
          >
            {refused.length === 0
              ? 'Who tries to connect without a good key, or in a wrong way, is listed here until the hub ends.'
              : 'Change the filter above.'}
          </EmptyState>
        }
      />
    </Fill>
  );
}
