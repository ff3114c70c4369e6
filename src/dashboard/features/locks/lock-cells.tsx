import { idOfAgent } from '../../../protocol/agent-id.ts';
import { CornerDownRight, FolderLock, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { LockState } from '../../../protocol/state.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { Elapsed, TimeAgo } from '../../ui/times.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import type { Column } from '../../ui/column.ts';
import { LeaseBar } from './lease-bar.tsx';
import { leaseStart } from './lock-rows.ts';
import type { LockLine } from './lock-table.ts';
import styles from './locks.module.css';

/** A lock's row: path, holder, time left. Below it a row for each waiter: place, agent, time left. */
const allColumns: readonly Column<LockLine>[] = [
  {
    key: 'path',
    label: 'Path',
    width: 'minmax(140px, 2.2fr)',
    render: (line) =>
      line.kind === 'lock' ? (
        <span className={styles.path}>
          <LockIcon lock={line.lock} />
          <Mono cut>
            <PathText path={line.lock.path} />
          </Mono>
        </span>
      ) : (
        <span className={styles.place}>
          <CornerDownRight size={13} aria-hidden />
          {line.place === 1 ? 'next' : `${line.place}. in line`}
        </span>
      ),
  },
  {
    key: 'agent',
    label: 'Agent',
    width: 'minmax(90px, 1.4fr)',
    render: (line) => <AgentChip agent={idOfAgent(line.kind === 'lock' ? line.lock : line.waiter)} plain />,
  },
  {
    key: 'left',
    label: 'Time left',
    width: 'minmax(120px, 1.1fr)',
    render: (line) =>
      line.kind === 'lock' ? (
        <LeaseBar from={leaseStart(line.lock)} until={line.lock.expiresAt} label="Lease" />
      ) : (
        <LeaseBar from={line.waiter.since} until={line.waiter.waitUntil} label="Wait" />
      ),
  },
  {
    key: 'since',
    label: 'Since',
    width: '84px',
    render: (line) => (
      <span className={styles.dim}>
        <TimeAgo at={line.kind === 'lock' ? line.lock.acquiredAt : line.waiter.since} />
      </span>
    ),
  },
  {
    key: 'queue',
    label: 'Waiting',
    width: '104px',
    render: (line) => line.kind === 'lock' && <LockQueue lock={line.lock} />,
  },
  {
    key: 'fence',
    label: 'Write ticket',
    width: '88px',
    align: 'end',
    render: (line) => line.kind === 'lock' && <Mono dim>{line.lock.fence}</Mono>,
  },
  {
    key: 'reason',
    label: 'Reason',
    width: 'minmax(80px, 1.3fr)',
    render: (line) => {
      const reason = line.kind === 'lock' ? line.lock.reason : line.waiter.reason;
      return (
        <span className={styles.dim} title={reason}>
          {reason}
        </span>
      );
    },
  },
];

/** Columns by the available width; the inspector has the rest. */
export const lockColumns = {
  narrow: allColumns.filter(({ key }) => key === 'path' || key === 'agent' || key === 'left'),
  middle: allColumns.filter(({ key }) => key !== 'queue' && key !== 'fence'),
  wide: allColumns,
} as const;

/** How many wait for a lock, and the longest of them for how long: the first that came is next. */
function LockQueue({ lock: { waiters } }: { lock: LockState }): ReactNode {
  const [first] = waiters;
  if (!first) return null;
  return (
    <span className={styles.waiting}>
      {waiters.length === 1 ? 'one, ' : `${formatCount(waiters.length)}, longest `}
      <Elapsed since={first.since} />
    </span>
  );
}

function LockIcon({ lock: { path } }: { lock: LockState }): ReactNode {
  if (!path.endsWith('/')) return <Lock size={13} aria-hidden />;
  return <FolderLock size={13} role="img" aria-label="Folder, with all below it" />;
}
