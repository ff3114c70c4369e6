import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { WaitingLogin } from '../../protocol/agent-login.ts';
import { useUi } from '../dashboard-context.tsx';
import { useAction } from '../ui/use-action.tsx';
import styles from './connect.module.css';

/** What the person can do about a client that waits to be let in. */
export function LoginActions({ login, label }: { login: WaitingLogin; label: string }): ReactNode {
  const setAllowing = useUi((ui) => ui.setAllowing);
  const deny = useAction((hub) => hub.loginDeny({ id: login.id }), `${login.client} was denied.`);
  return (
    <span className={styles.refusedActions}>
      <Button size="compact-xs" variant="filled" onClick={() => setAllowing(login.id)}>
        {label}
      </Button>
      <Button size="compact-xs" loading={deny.isPending} onClick={() => void deny.run()}>
        Deny
      </Button>
    </span>
  );
}
