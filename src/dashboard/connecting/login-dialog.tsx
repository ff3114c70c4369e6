import { Button, Group, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { WaitingLogin } from '../../protocol/agent-login.ts';
import { proposedKeyName } from '../../protocol/names/client-name.ts';
import { roleSchema, type Role } from '../../protocol/roles.ts';
import { useDashboard, useServer, useUi, useWorkspace } from '../dashboard-context.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { Mono } from '../ui/mono.tsx';
import { NameInput } from '../ui/name-input.tsx';
import { nameProblems } from '../ui/name-problems.ts';
import { KeyValue } from '../ui/panel.tsx';
import { roleWords } from '../ui/role-words.ts';
import { useAction } from '../ui/use-action.tsx';
import styles from './connect.module.css';
import { returnWords } from './login-words.ts';

const roles = Object.entries(roleWords).map(([value, label]) => ({ value, label }));

/** Lets a client in that wants to log in: with a name, a role and a workspace. */
export function LoginDialog(): ReactNode {
  const id = useUi((ui) => ui.allowing);
  const setAllowing = useUi((ui) => ui.setAllowing);
  const login = useServer(({ logins }) => logins.find((one) => one.id === id));
  const close = (): void => setAllowing(undefined);
  return (
    <Dialog opened={id !== undefined} onClose={close} title={login ? 'Let a client in' : 'This login is over'}>
      {login ? <LoginForm key={login.id} login={login} onClose={close} /> : <Over onClose={close} />}
    </Dialog>
  );
}

function LoginForm({ login, onClose }: { login: WaitingLogin; onClose: () => void }): ReactNode {
  const { store } = useDashboard();
  const workspaces = useServer((server) => server.workspaces);
  const here = useWorkspace();
  const [name, setName] = useState(() => {
    const used = [...store.getState().server.keys.values()].filter(({ revokedAt }) => revokedAt === undefined);
    return proposedKeyName(
      login.client,
      used.map((key) => key.name),
    );
  });
  const [role, setRole] = useState<Role>('editor');
  const [workspace, setWorkspace] = useState(here?.id ?? '');
  const [isTried, setTried] = useState(false);
  const allow = useAction(
    (hub) => hub.loginAllow({ id: login.id, name: name.trim(), role, workspace }),
    `${name.trim()} is let in.`,
    nameProblems,
  );
  const nameProblem = name.trim() === '' ? 'Name the agent that comes in.' : undefined;
  const submit = (): void => {
    setTried(true);
    if (nameProblem !== undefined) return;
    void allow.run().then((isDone) => isDone !== undefined && onClose());
  };
  return (
    <DialogForm
      submitLabel="Allow"
      isReady={workspace !== ''}
      isPending={allow.isPending}
      onSubmit={submit}
      onCancel={onClose}
    >
      <p className={styles.loginLead}>
        Allow it only if you started this login, and the page that it opened shows this code:
      </p>
      <p className={styles.loginCode} aria-label="Code">
        {login.code}
      </p>
      <KeyValue
        rows={[
          ['Calls itself', <span key="client">{login.client} (nobody has checked that)</span>],
          [
            'Answer goes to',
            <span key="to">
              {returnWords(login)}: <Mono>{login.returnsTo}</Mono>
            </span>,
          ],
          ['Asked from', <Mono key="from">{login.address}</Mono>],
        ]}
      />
      <NameInput
        description="Name of its key, which you will see everywhere"
        value={name}
        onChange={(to) => {
          setName(to);
          allow.forget();
        }}
        error={allow.problem ?? (isTried && nameProblem)}
      />
      <Select
        label="Role"
        data={roles}
        value={role}
        onChange={(value) => setRole(roleSchema.parse(value))}
        allowDeselect={false}
      />
      <Select
        label="Workspace"
        data={[...workspaces.values()].map(({ id, name: label }) => ({ value: id, label }))}
        value={workspace}
        onChange={(value) => setWorkspace(value ?? workspace)}
        allowDeselect={false}
        placeholder="Make a workspace first"
      />
    </DialogForm>
  );
}

function Over({ onClose }: { onClose: () => void }): ReactNode {
  return (
    <>
      <p className={styles.loginLead} role="status">
        It was decided elsewhere, waited for five minutes, or its client asked anew.
      </p>
      <Group justify="flex-end" mt="md">
        <Button data-autofocus onClick={onClose}>
          Close
        </Button>
      </Group>
    </>
  );
}
