import { Button } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { Role } from '../../../protocol/roles.ts';
import type { KeyState } from '../../../protocol/state.ts';
import { useKeyName, useServer, useUi } from '../../dashboard-context.tsx';
import { agentColor } from '../../theme/agent-hues.ts';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { InspectorHead, KeyValue, Section } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { useNow } from '../../ui/times.tsx';
import { formatDateTime } from '../../../protocol/words/units.ts';
import { useAction } from '../../ui/use-action.tsx';
import { Expires } from './key-columns.tsx';
import { EditKey } from './edit-key.tsx';
import { KeyLatest, KeyNow } from './key-deeds.tsx';
import { KeyAgents } from './key-agents.tsx';
import { KeySessions } from './key-sessions.tsx';
import { KeyTools } from './key-tools.tsx';
import { keyStatus } from './key-rows.ts';
import styles from './keys.module.css';
import { LastClient } from './last-client.tsx';
import { LastSeen } from './last-seen.tsx';
import { RotateKeyDialog } from './rotate-key.tsx';
import { SuspendKeyDialog } from './suspend-key.tsx';
import { useRevoke } from './revoke-key.tsx';
import { RolesEditor } from './roles-editor.tsx';

/** A key: what its agents are doing, hold and did; its roles, which can be changed, and how to revoke it. */
export function KeyInspector({ keyId }: { keyId: string }): ReactNode {
  const key = useServer(({ keys }) => keys.get(keyId));
  return key ? <Key key={key.id} of={key} /> : <PastKey keyId={keyId} />;
}

/** A key that was revoked so long ago that the hub keeps its name alone. */
function PastKey({ keyId }: { keyId: string }): ReactNode {
  const name = useKeyName(keyId);
  const go = useUi((ui) => ui.go);
  return (
    <EmptyState
      icon={<KeyRound size={22} />}
      title={name === keyId ? 'This key is not known' : `${name} was revoked long ago`}
      action={<Button onClick={() => go('audit', { involving: keyId, workspace: 'all' })}>Show in audit</Button>}
    >
      Of revoked keys the hub keeps the last ones with all that they had. What this one did is in the audit.
    </EmptyState>
  );
}

function Key({ of: key }: { of: KeyState }): ReactNode {
  const { ask, dialog } = useRevoke();
  const go = useUi((ui) => ui.go);
  const { run: resume } = useAction((hub) => hub.keyResume({ keyId: key.id }), `${key.name} may go on`);
  const now = useNow(10_000);
  const status = keyStatus(key, now);
  const [open, setOpen] = useState<'edit' | 'rotate' | 'suspend'>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <InspectorHead>
        <div className={styles.headName}>
          <span className={styles.swatch} style={{ background: agentColor(key.id) }} aria-hidden />
          <strong>{key.name}</strong>
          {status !== 'active' && <Badge tone={status === 'expired' ? 'waiting' : 'refused'}>{status}</Badge>}
          <span className={styles.headLink}>
            <TextButton onClick={() => go('audit', { involving: key.id, workspace: 'all' })}>Show in audit</TextButton>
          </span>
        </div>
        <div className={styles.headActions}>
          {status === 'suspended' && <Button onClick={() => void resume()}>Resume</Button>}
          {status !== 'revoked' && (
            <>
              <Button onClick={() => setOpen('edit')}>Edit…</Button>
              <Button onClick={() => setOpen('rotate')}>Rotate…</Button>
              {status !== 'suspended' && <Button onClick={() => setOpen('suspend')}>Suspend…</Button>}
            </>
          )}
          {status !== 'revoked' && (
            <Button color="red" variant="light" onClick={() => ask(key)}>
              Revoke…
            </Button>
          )}
        </div>
      </InspectorHead>
      <KeyNow keyId={key.id} />
      <Holds keyId={key.id} />
      <KeyLatest keyId={key.id} />
      <Section title="Roles">
        <Roles keyId={key.id} isDisabled={status === 'revoked'} />
      </Section>
      <KeyAgents of={key} />
      <KeyTools of={key} isDisabled={status === 'revoked'} />
      <KeySessions keyId={key.id} />
      <Section title="Key">
        <KeyValue
          rows={[
            ['Last seen', <Seen key="seen" keyId={key.id} />],
            ['Last client', <LastClient key="client" keyId={key.id} />],
            ['Logged in as', key.login && `“${key.login.client}”, by its own word`],
            ['Created', <Mono key="created">{formatDateTime(key.createdAt)}</Mono>],
            [
              'Expires',
              status !== 'revoked' &&
                (key.expiresAt === undefined ? 'never' : <Expires key="expires" at={key.expiresAt} />),
            ],
            [
              'Old secret',
              status !== 'revoked' && key.oldSecret !== undefined && (
                <span key="old">
                  {key.oldSecret.until > now ? 'good ' : 'ended '}
                  <Expires at={key.oldSecret.until} />
                </span>
              ),
            ],
            ['News on results', key.news === false && 'off'],
            ['Note', key.note],
            ['Revoked', key.revokedAt !== undefined && <Mono key="revoked">{formatDateTime(key.revokedAt)}</Mono>],
            [
              'Id',
              <span key="id" className={styles.id}>
                <Mono>{key.id}</Mono>
                <CopyButton text={key.id} label="Copy id" />
              </span>,
            ],
          ]}
        />
      </Section>
      {dialog}
      {open === 'edit' && <EditKey of={key} onClose={close} />}
      {open === 'rotate' && <RotateKeyDialog of={key} onClose={close} />}
      {open === 'suspend' && <SuspendKeyDialog of={key} onClose={close} />}
    </>
  );
}

function Seen({ keyId }: { keyId: string }): ReactNode {
  const sessions = useServer((server) => server.sessions);
  return <LastSeen keyId={keyId} sessions={[...sessions.values()].filter((session) => session.keyId === keyId)} />;
}

function Roles({ keyId, isDisabled }: { keyId: string; isDisabled: boolean }): ReactNode {
  const workspaces = useServer((server) => server.workspaces);
  const set = useAction((hub, workspace: string, role: Role | undefined) =>
    role === undefined ? hub.memberRemove({ workspace, keyId }) : hub.memberSet({ workspace, keyId, role }),
  );
  const given = useMemo(() => {
    const roles: Record<string, Role> = {};
    for (const workspace of workspaces.values()) {
      const role = workspace.roles[keyId];
      if (role !== undefined) roles[workspace.id] = role;
    }
    return roles;
  }, [workspaces, keyId]);
  return (
    <RolesEditor
      workspaces={workspaces.values()}
      roles={given}
      onChange={(workspace, role) => void set.run(workspace, role)}
      isDisabled={isDisabled || set.isPending}
    />
  );
}

function Holds({ keyId }: { keyId: string }): ReactNode {
  const locks = useServer((server) => server.locks);
  const select = useUi((ui) => ui.select);
  const held = useMemo(
    () =>
      [...locks.values()].filter(
        (lock) => lock.keyId === keyId || lock.waiters.some((waiter) => waiter.keyId === keyId),
      ),
    [locks, keyId],
  );
  if (held.length === 0) return null;
  return (
    <Section title="Locks">
      <ul className={styles.lines}>
        {held.map((lock) => (
          <li key={lock.lockId}>
            <button
              type="button"
              className={styles.line}
              onClick={() => select({ kind: 'lock', workspace: lock.workspace, path: lock.path })}
            >
              <span className={styles.lineText}>
                <Mono cut>
                  <PathText path={lock.path} />
                </Mono>
              </span>
              <Badge tone={lock.keyId === keyId ? 'proceed' : 'waiting'}>
                {lock.keyId === keyId ? 'holds' : 'waits'}
              </Badge>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
