import { LogIn } from 'lucide-react';
import type { ReactNode } from 'react';
import { useServer } from '../dashboard-context.tsx';
import { Mono } from '../ui/mono.tsx';
import { TimeAgo } from '../ui/times.tsx';
import styles from './connect.module.css';
import { LoginActions } from './login-actions.tsx';
import { returnWords } from './login-words.ts';

/** The clients that want to log in, each with what is known of it. Nothing while none waits. */
export function LoginList(): ReactNode {
  const logins = useServer((server) => server.logins);
  if (logins.length === 0) return null;
  return (
    <ul className={styles.loginList} aria-label="Waiting to log in">
      {logins.map((login) => (
        <li key={login.id} className={styles.login}>
          <LogIn size={16} aria-hidden />
          <div className={styles.refusedText}>
            <span>
              <strong>“{login.client}” wants to log in</strong>, by its own word. Code on its page:{' '}
              <strong>
                <Mono>{login.code}</Mono>
              </strong>
            </span>
            <span className={styles.refusedFacts}>
              Answer to {returnWords(login)}, <Mono dim>{login.returnsTo}</Mono>; asked from{' '}
              <Mono dim>{login.address}</Mono> <TimeAgo at={login.askedAt} />
            </span>
          </div>
          <LoginActions login={login} label="Let it in" />
        </li>
      ))}
    </ul>
  );
}
