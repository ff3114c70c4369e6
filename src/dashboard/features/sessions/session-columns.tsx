import { idOfAgent } from '../../../protocol/agent-id.ts';
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SessionState as Session } from '../../../protocol/state.ts';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import { formatCount, formatDuration, formatSize } from '../../../protocol/words/units.ts';
import { useServer } from '../../dashboard-context.tsx';
import { isLive } from '../../presence.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { WireBadge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/column.ts';
import { EndReason } from '../../ui/end-reason.tsx';
import { Mono } from '../../ui/mono.tsx';
import { SessionStateWord } from '../../ui/session-health.tsx';
import { Elapsed, TimeAgo } from '../../ui/times.tsx';
import { isFold, type DroppedFold, type SessionRow } from './session-rows.ts';
import styles from './sessions.module.css';

/** What a column shows of a session; in the line of a fold it is empty, unless `fold` has something for it. */
function ofSession(
  render: (session: Session) => ReactNode,
  fold?: (row: DroppedFold) => ReactNode,
): (row: SessionRow) => ReactNode {
  return (row) => (isFold(row) ? fold?.(row) : render(row));
}

const state: Column<SessionRow> = {
  key: 'state',
  label: 'State',
  width: '92px',
  sortable: true,
  render: (row) => <StateCell row={row} />,
};

const agent: Column<SessionRow> = {
  key: 'agent',
  label: 'Agent',
  width: 'minmax(120px, 1.8fr)',
  sortable: true,
  render: (row) => <AgentChip agent={isFold(row) ? row.agent : idOfAgent(row)} plain />,
};

const wire: Column<SessionRow> = {
  key: 'wire',
  label: 'Wire',
  width: '68px',
  sortable: true,
  render: ofSession((session) => <WireBadge wire={session.wire} />),
};

const client: Column<SessionRow> = {
  key: 'client',
  label: 'Client',
  width: 'minmax(120px, 1.6fr)',
  sortable: true,
  render: ofSession(
    (session) => session.client && <Mono>{clientLabel(session.client)}</Mono>,
    ({ liveCount, dropped }) => (
      <span className={styles.fold}>{`${formatCount(liveCount)} open, ${formatCount(dropped.length)} dropped`}</span>
    ),
  ),
};

/** Why its connection is lost, and since when: of several, that of the last one. */
const why: Column<SessionRow> = {
  key: 'why',
  label: 'Why',
  width: 'minmax(136px, 1.6fr)',
  render: ofSession(
    (session) => !isLive(session) && <Why session={session} />,
    ({ dropped }) => <Why session={dropped.reduce((last, each) => (each.since > last.since ? each : last))} />,
  ),
};

const protocol: Column<SessionRow> = {
  key: 'protocol',
  label: 'Protocol',
  width: '92px',
  sortable: true,
  render: ofSession((session) => <Mono dim>{session.client?.protocolVersion ?? ''}</Mono>),
};

/** Of a dropped session: how long it had a connection. */
const uptime: Column<SessionRow> = {
  key: 'uptime',
  label: 'Uptime',
  width: '88px',
  align: 'end',
  sortable: true,
  render: ofSession((session) =>
    isLive(session) ? (
      <Mono>
        <Elapsed since={session.openedAt} />
      </Mono>
    ) : (
      <Mono dim>{formatDuration(Math.max(0, session.since - session.openedAt))}</Mono>
    ),
  ),
};

const messages: Column<SessionRow> = {
  key: 'messages',
  label: 'In / out',
  width: '104px',
  align: 'end',
  render: ofSession((session) => <MessagesCell sessionId={session.id} />),
};

const bytes: Column<SessionRow> = {
  key: 'bytes',
  label: 'Traffic',
  width: '76px',
  align: 'end',
  render: ofSession((session) => <BytesCell sessionId={session.id} />),
};

const remote: Column<SessionRow> = {
  key: 'remote',
  label: 'From',
  width: 'minmax(124px, 0.8fr)',
  render: ofSession((session) => <Mono dim>{session.remote}</Mono>),
};

/** Columns by the available width, with and without dropped sessions; the inspector has the rest. */
export const sessionColumns = {
  narrow: [state, agent, wire, client, uptime, messages],
  narrowDropped: [state, agent, wire, client, why, uptime],
  wide: [state, agent, wire, client, protocol, uptime, messages, bytes, remote],
  wideDropped: [state, agent, wire, client, why, uptime, messages, bytes],
  widest: [state, agent, wire, client, protocol, uptime, messages, bytes, remote],
  widestDropped: [state, agent, wire, client, why, protocol, uptime, messages, bytes, remote],
} as const;

function StateCell({ row }: { row: SessionRow }): ReactNode {
  if (isFold(row)) {
    const Icon = row.isOpen ? ChevronDown : ChevronRight;
    return (
      <span className={styles.stateCell}>
        <Icon className={styles.chevron} size={13} role="img" aria-label={row.isOpen ? 'Shown below' : 'Folded'} />{' '}
        dropped
      </span>
    );
  }
  return (
    <span className={styles.stateCell}>
      <SessionStateWord session={row} />
    </span>
  );
}

function Why({ session: { dropReason, since } }: { session: Session }): ReactNode {
  return (
    <span className={styles.why}>
      <TimeAgo at={since} />
      {dropReason !== undefined && (
        <>
          : <EndReason reason={dropReason} inline />
        </>
      )}
    </span>
  );
}

function MessagesCell({ sessionId }: { sessionId: string }): ReactNode {
  const traffic = useServer(({ pulses }) => pulses.get(sessionId)?.traffic);
  return traffic && <Mono dim>{`${formatCount(traffic.framesIn)} / ${formatCount(traffic.framesOut)}`}</Mono>;
}

function BytesCell({ sessionId }: { sessionId: string }): ReactNode {
  const total = useServer(({ pulses }) => {
    const traffic = pulses.get(sessionId)?.traffic;
    return traffic && traffic.bytesIn + traffic.bytesOut;
  });
  return total !== undefined && <Mono dim>{formatSize(total)}</Mono>;
}
