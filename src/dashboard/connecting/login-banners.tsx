import { Button } from '@mantine/core';
import { LogIn } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WaitingLogin } from '../../protocol/agent-login.ts';
import { useServer, useUi } from '../dashboard-context.tsx';
import { Mono } from '../ui/mono.tsx';
import styles from './connect.module.css';
import { LoginActions } from './login-actions.tsx';
import { isElsewhere, returnWords } from './login-words.ts';

/** More are counted, and stand in the list of refused connections. */
const MOST_SHOWN = 2;

/** On every screen: the clients that want to log in, until each is decided or over. */
export function LoginBanners(): ReactNode {
  const logins = useServer((server) => server.logins);
  const go = useUi((ui) => ui.go);
  const more = logins.length - MOST_SHOWN;
  return (
    <>
      {logins.slice(0, MOST_SHOWN).map((login) => (
        <LoginBanner key={login.id} login={login} />
      ))}
      {more > 0 && (
        <div className={styles.loginBanner}>
          <span>{more === 1 ? 'One more client wants' : `${more} more clients want`} to log in.</span>
          <Button size="compact-xs" onClick={() => go('sessions', { show: 'refused' })}>
            Show
          </Button>
        </div>
      )}
    </>
  );
}

function LoginBanner({ login }: { login: WaitingLogin }): ReactNode {
  const { client, code, returnsTo } = login;
  return (
    <div className={styles.loginBanner} role="alert">
      <LogIn size={14} aria-hidden />
      <span className={styles.loginText}>
        <strong>“{client}” wants to log in.</strong> Allow it only if you started it: its page shows the code{' '}
        <strong>
          <Mono>{code}</Mono>
        </strong>
        {isElsewhere(login) && (
          <>
            ; the answer goes to {returnWords(login)}, <Mono>{returnsTo}</Mono>
          </>
        )}
        .
      </span>
      <LoginActions login={login} label="Allow…" />
    </div>
  );
}
