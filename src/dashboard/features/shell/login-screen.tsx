import { Button, PasswordInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { HubError } from '../../../protocol/errors.ts';
import { useDashboard, useServer } from '../../dashboard-context.tsx';
import { tokenIn } from '../../browser-login.ts';
import { Mono } from '../../ui/mono.tsx';
import { Emblem } from './emblem.tsx';
import styles from './login-screen.module.css';

/** Shown when this browser is not logged in: says where the link is, and takes it pasted. */
export function LoginScreen(): ReactNode {
  const { signIn } = useDashboard();
  const wrongToken = useServer(({ connection }) =>
    connection.status === 'unauthorized' && connection.message !== '' ? connection.message : undefined,
  );
  const wasHere = useServer(({ hub }) => hub !== undefined);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isPending, setPending] = useState(false);

  const submit = async (): Promise<void> => {
    setPending(true);
    try {
      await signIn(tokenIn(text));
    } catch (error) {
      setProblem(error instanceof HubError ? error.message : String(error));
    } finally {
      setPending(false);
    }
  };

  return (
    <main className={styles.page}>
      <form
        className={styles.card}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') void submit();
        }}
      >
        <div className={styles.brand}>
          <Emblem size={28} />
          <h1>Signalbox</h1>
        </div>
        <p>
          {wasHere ? 'This browser was signed out. ' : 'This browser is not logged in. '}
          It needs the hub’s link, which has a token in it and is printed each time Signalbox starts:
        </p>
        <p className={styles.link}>
          <Mono>{`${window.location.origin}/#token=…`}</Mono>
        </p>
        <PasswordInput
          label="Link or token"
          placeholder="Paste it here"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setProblem(undefined);
          }}
          error={problem ?? wrongToken}
          autoComplete="off"
          autoFocus
        />
        <Button type="submit" variant="filled" size="md" loading={isPending} disabled={text.trim() === ''} fullWidth>
          Open the dashboard
        </Button>
      </form>
    </main>
  );
}
