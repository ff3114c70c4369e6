import type { ReactNode } from 'react';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Mono } from '../../ui/mono.tsx';
import { TimeAgo, useNow } from '../../ui/times.tsx';
import { formatDateTime, formatDuration } from '../../../protocol/words/units.ts';
import { isLive } from '../../presence.ts';
import type { Column } from '../../ui/column.ts';
import type { KeyRow } from './key-rows.ts';
import styles from './keys.module.css';
import { LastSeen } from './last-seen.tsx';

const name: Column<KeyRow> = {
  key: 'name',
  label: 'Name',
  width: 'minmax(120px, 1fr)',
  render: ({ key, status }) => (
    <span className={styles.name} data-off={status !== 'active' || undefined} title={key.name}>
      <AgentChip agent={key.id} plain />
      {key.login && (
        <span className={styles.login} title={`“${key.login.client}” logged in`}>
          login
        </span>
      )}
    </span>
  ),
};

const status: Column<KeyRow> = {
  key: 'status',
  label: 'State',
  width: '72px',
  render: (row) =>
    row.status === 'active' ? (
      <span className={styles.dim}>active</span>
    ) : (
      <Badge tone={row.status === 'expired' ? 'waiting' : 'refused'}>{row.status}</Badge>
    ),
};

const roles: Column<KeyRow> = {
  key: 'roles',
  label: 'Roles',
  width: 'minmax(120px, 1.2fr)',
  render: (row) => (
    <span
      className={styles.rolesLine}
      title={row.roles.map(({ workspace, role }) => `${workspace.name}: ${role}`).join('\n')}
    >
      {row.roles.length === 0
        ? 'none'
        : row.roles.map(({ workspace, role }) => (
            <span key={workspace.id}>
              {workspace.name} <span className={styles.role}>{role}</span>
            </span>
          ))}
    </span>
  ),
};

const sessions: Column<KeyRow> = {
  key: 'sessions',
  label: 'Sessions',
  width: '68px',
  align: 'end',
  render: (row) => <SessionCount sessions={row.sessions} />,
};

const seen: Column<KeyRow> = {
  key: 'seen',
  label: 'Last seen',
  width: '84px',
  render: (row) => (
    <span className={styles.dim}>
      <LastSeen keyId={row.key.id} sessions={row.sessions} />
    </span>
  ),
};

const expires: Column<KeyRow> = {
  key: 'expires',
  label: 'Expires',
  width: '84px',
  // A revoked key has no expiry.
  render: ({ key, status }) =>
    status !== 'revoked' && (
      <span className={styles.dim}>{key.expiresAt === undefined ? 'never' : <Expires at={key.expiresAt} />}</span>
    ),
};

const created: Column<KeyRow> = {
  key: 'created',
  label: 'Created',
  width: '84px',
  render: ({ key }) => (
    <span className={styles.dim}>
      <TimeAgo at={key.createdAt} />
    </span>
  ),
};

/** Columns by the available width. */
export const keyColumns = {
  narrow: [name, status, roles, sessions],
  wide: [name, status, roles, sessions, seen, expires, created],
} as const;

/** How many are live; those whose connection is lost are in the tooltip, and named where there are no others. */
function SessionCount({ sessions: all }: { sessions: KeyRow['sessions'] }): ReactNode {
  const live = all.filter(isLive).length;
  const lost = all.length - live;
  const title = `${live} open${lost === 0 ? '' : `, ${lost} dropped`}`;
  if (live === 0 && lost > 0) {
    return (
      <span className={styles.lost} title={title}>
        lost
      </span>
    );
  }
  return (
    <Mono dim={live === 0} title={title}>
      {live}
    </Mono>
  );
}

/** The time until or since. */
export function Expires({ at }: { at: number }): ReactNode {
  const left = at - useNow(1_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
      {left > 0 ? `in ${formatDuration(left)}` : `${formatDuration(-left)} ago`}
    </time>
  );
}
