import type { ReactNode } from 'react';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Mono } from '../../ui/mono.tsx';
import { TimeAgo, useNow } from '../../ui/times.tsx';
import { formatDateTime, formatDuration } from '../../../protocol/words/units.ts';
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
      <AgentChip keyId={key.id} plain />
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
  render: (row) => <Mono dim={row.sessions.length === 0}>{row.sessions.length}</Mono>,
};

const seen: Column<KeyRow> = {
  key: 'seen',
  label: 'Last seen',
  width: '84px',
  render: (row) => (
    <span className={styles.dim}>
      <LastSeen keyId={row.key.id} isConnected={row.sessions.some((session) => session.status !== 'dropped')} />
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

/** The time until or since. */
export function Expires({ at }: { at: number }): ReactNode {
  const left = at - useNow(1_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
      {left > 0 ? `in ${formatDuration(left)}` : `${formatDuration(-left)} ago`}
    </time>
  );
}
