import { ActionIcon, Button, Select, Tooltip } from '@mantine/core';
import { X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { roles, type Role } from '../../../protocol/roles.ts';
import type { KeyState } from '../../../protocol/state.ts';
import { useServer } from '../../dashboard-context.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Badge } from '../../ui/badge.tsx';
import { roleWords } from '../../ui/role-words.ts';
import { useNow } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { memberRows, type MemberRow } from './member-rows.ts';
import { Offers } from './offers.tsx';
import styles from './members.module.css';

const roleData = roles.map((role) => ({ value: role, label: roleWords[role] }));

/** Who is in a workspace with which role: add, change, remove. */
export function MembersDialog({ workspaceId, onClose }: { workspaceId: string; onClose: () => void }): ReactNode {
  const workspace = useServer(({ workspaces }) => workspaces.get(workspaceId));
  const keys = useServer((server) => server.keys);
  const now = useNow(10_000);
  const set = useAction((hub, keyId: string, role: Role | undefined) =>
    role === undefined
      ? hub.memberRemove({ workspace: workspaceId, keyId })
      : hub.memberSet({ workspace: workspaceId, keyId, role }),
  );
  const given = workspace?.roles ?? {};
  const { members, others } = memberRows(keys.values(), given, now);
  return (
    <Dialog opened onClose={onClose} title={`Members of ${workspace?.name ?? 'a deleted workspace'}`} size="lg">
      {members.length === 0 && <p className={styles.none}>No key has a role in it: only you see it.</p>}
      <ul className={styles.members} aria-label="Members">
        {members.map((member) => (
          <Line
            key={member.key.id}
            member={member}
            isDisabled={set.isPending}
            onSet={(role) => void set.run(member.key.id, role)}
          />
        ))}
      </ul>
      {workspace && <Offers workspaceId={workspaceId} name={workspace.name} />}
      {workspace && (
        <Add others={others} isPending={set.isPending} onAdd={(keyId, role) => void set.run(keyId, role)} />
      )}
    </Dialog>
  );
}

interface MemberLineProps {
  readonly member: MemberRow;
  readonly isDisabled: boolean;
  /** `undefined`: it is removed. */
  readonly onSet: (role: Role | undefined) => void;
}

function Line({ member: { key, role, status }, isDisabled, onSet }: MemberLineProps): ReactNode {
  return (
    <li>
      <span className={styles.name} title={key.name}>
        {key.name}
      </span>
      {status !== 'usable' && <Badge tone="waiting">{status}</Badge>}
      <Select
        aria-label={`Role of ${key.name}`}
        data={roleData}
        value={role}
        onChange={(value) => onSet(roles.find((one) => one === value) ?? role)}
        allowDeselect={false}
        disabled={isDisabled}
        w={240}
      />
      <Tooltip label="Remove">
        <ActionIcon aria-label={`Remove ${key.name}`} disabled={isDisabled} onClick={() => onSet(undefined)}>
          <X size={14} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}

interface AddProps {
  readonly others: readonly KeyState[];
  readonly isPending: boolean;
  readonly onAdd: (keyId: string, role: Role) => void;
}

function Add({ others, isPending, onAdd }: AddProps): ReactNode {
  const [keyId, setKeyId] = useState<string | null>(null);
  const [role, setRole] = useState<Role>('viewer');
  const chosen = others.find(({ id }) => id === keyId);
  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) onAdd(chosen.id, role);
        setKeyId(null);
      }}
    >
      <Select
        label="Add a key"
        placeholder={others.length === 0 ? 'Every key is a member' : 'Choose a key'}
        data={others.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen?.id ?? null}
        onChange={setKeyId}
        searchable
        disabled={others.length === 0}
        className={styles.name}
      />
      <Select
        label="Role"
        data={roleData}
        value={role}
        onChange={(value) => setRole(roles.find((one) => one === value) ?? role)}
        allowDeselect={false}
        w={240}
      />
      <Button type="submit" disabled={!chosen} loading={isPending}>
        Add
      </Button>
    </form>
  );
}
