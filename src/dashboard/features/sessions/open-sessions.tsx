import { useElementSize } from '@mantine/hooks';
import { Radio } from 'lucide-react';
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import type { SessionState } from '../../../protocol/state.ts';
import { useDashboard, useKeysInScope, useScope, useServer, useUi } from '../../dashboard-context.tsx';
import { agentHealth } from '../../health.ts';
import { isLive } from '../../presence.ts';
import type { ServerSlice } from '../../server-slice.ts';
import { Fill } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import type { TableSort } from '../../ui/column.ts';
import type { LiveList } from '../../ui/use-hold.ts';
import { useNow } from '../../ui/times.tsx';
import { useHeldRows } from '../../ui/use-live-list.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { sessionColumns } from './session-columns.tsx';
import { filterSessions, foldSessions, isFold, sortSessions, type SessionRow } from './session-rows.ts';
import { useOpenPage } from '../../ui/use-open-page.ts';

const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;

export interface LiveSessionsProps {
  readonly text: string;
  readonly live: LiveList;
  /** Key of the row that the inspector shows. */
  readonly chosen: string | undefined;
}

/** The sessions that are open, then those that are dropped but not closed, folded by agent. */
export function OpenSessions({ text, live, chosen }: LiveSessionsProps): ReactNode {
  const sessions = useServerCalmly(sessionsOf);
  const keys = useServer((server) => server.keys);
  const isInScope = useKeysInScope();
  const openPage = useOpenPage();
  const select = useUi((ui) => ui.select);
  const [sort, setSort] = useState<TableSort>({ key: 'uptime', descending: true });
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const stateOf = useStateOf();
  const sorted = useMemo(
    () =>
      sortSessions(
        filterSessions(
          [...sessions.values()].filter(({ keyId }) => isInScope(keyId)),
          keys,
          text,
        ),
        keys,
        sort,
        stateOf,
      ),
    [sessions, keys, text, sort, isInScope, stateOf],
  );
  // A session that drops while the list is held stays a line of its own: folding it away would move all others.
  const folded = useRef<ReadonlySet<string>>(new Set());
  const { isHeld } = live;
  const all = useMemo(() => {
    const rows = foldSessions(sorted, unfolded, isHeld ? folded.current : undefined);
    if (!isHeld) folded.current = new Set(rows.filter(isFold).map(({ agent }) => agent));
    return rows;
  }, [sorted, unfolded, isHeld, folded]);
  // What the person unfolds appears at once, also in a list that is held.
  const scope = useScope();
  const what = `${scope} ${text} ${sort.key} ${sort.descending} ${[...unfolded].join(' ')}`;
  const list = useHeldRows(live, { selected: chosen, what, rows: all, rowKey: keyOfRow, kind: 'state' });
  const { ref, width } = useElementSize();
  const hasDropped = sorted.some((session) => !isLive(session));
  const pick = (row: SessionRow): void => {
    if (isFold(row)) setUnfolded((was) => toggled(was, row.agent));
    else select({ kind: 'session', sessionId: row.id });
  };
  const open = (row: SessionRow): void => {
    if (isFold(row)) pick(row);
    else openPage({ session: row.id });
  };
  return (
    <Fill ref={ref}>
      <VirtualTable
        label="Open sessions"
        {...list}
        columns={sessionColumns[`${roomOf(width)}${hasDropped ? 'Dropped' : ''}`]}
        sort={sort}
        onSort={setSort}
        rowTone={(row) => (isFold(row) || !isLive(row) ? 'waiting' : undefined)}
        selected={chosen}
        onSelect={pick}
        onOpen={open}
        empty={
          <EmptyState
            icon={<Radio size={22} />}
            title={sessions.size === 0 ? 'No session is open' : 'No session is like that'}
          >
            {sessions.size === 0
              ? 'An agent opens one when it connects. “Connect an agent” shows how.'
              : 'Change the filter above.'}
          </EmptyState>
        }
      />
    </Fill>
  );
}

/** What the list says of how a session is: a new function each ten seconds, as it changes by time alone too. */
function useStateOf(): (session: SessionState) => string {
  const { store } = useDashboard();
  const now = useNow(10_000);
  return useCallback(
    (session) => agentHealth([session], (id) => store.getState().server.pulses.get(id), now).brief,
    [store, now],
  );
}

/** How many columns a list of so many px has room for. */
function roomOf(width: number): 'narrow' | 'wide' | 'widest' {
  if (width >= 1400) return 'widest';
  return width >= 1000 ? 'wide' : 'narrow';
}

function keyOfRow(row: SessionRow): string {
  return isFold(row) ? `dropped ${row.agent}` : row.id;
}

function toggled(agents: ReadonlySet<string>, agent: string): ReadonlySet<string> {
  const next = new Set(agents);
  if (!next.delete(agent)) next.add(agent);
  return next;
}
