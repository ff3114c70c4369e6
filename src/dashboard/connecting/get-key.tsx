import { Button, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Role } from '../../protocol/roles.ts';
import type { WorkspaceState } from '../../protocol/state.ts';
import { useDashboard, useKeyName, useUi } from '../dashboard-context.tsx';
import { CodeBlock } from '../ui/mono.tsx';
import { nameProblems } from '../ui/name-problems.ts';
import { TextButton } from '../ui/text-button.tsx';
import { useAction } from '../ui/use-action.tsx';
import { useLoad } from '../ui/use-load.ts';
import styles from './connect.module.css';

/** The key of the agent that is to come: the first launch's, or one that is made here. Each is shown once. */
export function GetKey({ workspace }: { workspace: WorkspaceState }): ReactNode {
  const shown = useUi((ui) => ui.shownKey);
  const first = useLoad('first key', (hub) => hub.hasFirstKey());
  const [isOwn, setOwn] = useState(false);
  const [isElsewhere, setElsewhere] = useState(false);
  if (shown) return <ShownKey keyId={shown.keyId} secret={shown.secret} onDone={first.reload} />;
  if (first.status === 'loading') return null;
  return first.data === true && !isOwn ? (
    <FirstKey
      onGone={() => {
        setElsewhere(true);
        first.reload();
      }}
      onOwn={() => setOwn(true)}
    />
  ) : (
    <>
      {isElsewhere && <p role="status">That key was shown in another window, and is shown once. Here is a new one:</p>}
      <NewKeySecret workspace={workspace} />
    </>
  );
}

function FirstKey({ onGone, onOwn }: { onGone: () => void; onOwn: () => void }): ReactNode {
  const show = useUi((ui) => ui.showKey);
  const take = useAction(async (hub) => ({ key: await hub.takeFirstKey() }));
  const onShow = async (): Promise<void> => {
    const answer = await take.run();
    if (answer?.key) show(answer.key);
    else if (answer) onGone(); // another window has shown it
  };
  return (
    <>
      <div className={styles.row}>
        <p>
          A key is ready for your first agent. It is an owner: it may also purge files, add members and delete the
          workspace.
        </p>
        <Button variant="filled" loading={take.isPending} onClick={() => void onShow()}>
          Show the key
        </Button>
      </div>
      <p>
        Or <TextButton onClick={onOwn}>create a key that only reads and writes</TextButton>.
      </p>
    </>
  );
}

const rights: Readonly<Record<Role, { readonly is: string; readonly may: string }>> = {
  viewer: { is: 'a viewer', may: 'it reads files and watches' },
  editor: { is: 'an editor', may: 'it reads and writes files, locks them and starts jobs' },
  owner: { is: 'an owner', may: 'it may also purge files, add members and delete the workspace' },
};

function NewKeySecret({ workspace }: { workspace: WorkspaceState }): ReactNode {
  const show = useUi((ui) => ui.showKey);
  const go = useUi((ui) => ui.go);
  const setConnectOpen = useUi((ui) => ui.setConnectOpen);
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const { preferences } = useDashboard();
  const role = useStore(preferences, ({ newKeyRole }) => newKeyRole);
  const create = useAction(
    (hub) => hub.keyCreate({ name: name.trim(), roles: { [workspace.id]: role } }),
    undefined,
    nameProblems,
  );
  const isEmpty = name.trim() === '';
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isEmpty) return;
    const made = await create.run();
    if (made) show(made);
  };
  return (
    <>
      <form
        className={styles.nameForm}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextInput
          aria-label="Name of the agent"
          data-autofocus
          placeholder="Name of the agent, such as planner"
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            create.forget();
          }}
          error={create.problem ?? (isTried && isEmpty && 'Name the agent that will use it.')}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
        />
        <Button type="submit" variant="filled" loading={create.isPending}>
          Create a key
        </Button>
      </form>
      <p>
        It will be {rights[role].is} of {workspace.name}: {rights[role].may}.{' '}
        <TextButton
          onClick={() => {
            setConnectOpen(false);
            go('keys', { create: '1' });
          }}
        >
          Choose other roles
        </TextButton>
      </p>
    </>
  );
}

function ShownKey({ keyId, secret, onDone }: { keyId: string; secret: string; onDone: () => void }): ReactNode {
  const name = useKeyName(keyId);
  const show = useUi((ui) => ui.showKey);
  return (
    <>
      <CodeBlock text={secret} label={`Key of ${name}`} />
      <p>
        The key of {name}. The hub keeps only its hash, so it is gone when you leave or reload this page.{' '}
        <TextButton
          onClick={() => {
            show(undefined);
            onDone();
          }}
        >
          Hide it and make another
        </TextButton>
      </p>
    </>
  );
}
