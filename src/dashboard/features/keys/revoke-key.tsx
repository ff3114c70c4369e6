import { useState, type ReactNode } from 'react';
import type { KeyState } from '../../../protocol/state.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { endedBy, endedWords } from './key-rows.ts';
import styles from './keys.module.css';

/** Asks before a key is revoked, and says what that would end now. */
export function useRevoke(): { readonly ask: (key: KeyState) => void; readonly dialog: ReactNode } {
  const [key, setKey] = useState<KeyState>();
  return { ask: setKey, dialog: key && <Revoke key={key.id} of={key} onClose={() => setKey(undefined)} /> };
}

function Revoke({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  const sessions = useServer((server) => server.sessions);
  const locks = useServer((server) => server.locks);
  const revoke = useAction(
    (hub, reason: string | undefined) => hub.keyRevoke({ keyId: key.id, reason }),
    `${key.name} is revoked`,
  );
  const ended = endedBy(key.id, sessions.values(), locks.values());
  return (
    <ConfirmAction
      title={`Revoke ${key.name}`}
      confirm="Revoke key"
      action={revoke}
      onClose={onClose}
      reasonHint="The log keeps it."
    >
      <p className={styles.text}>
        The agent is shut out for good; to let it back in it needs a new key. {endedWords(ended)}
      </p>
      {ended.locks.length > 0 && (
        <ul className={styles.ended} aria-label="Locks that are released">
          {ended.locks.slice(0, 8).map((lock) => (
            <li key={lock.lockId}>
              <Mono cut>
                <PathText path={lock.path} />
              </Mono>
            </li>
          ))}
          {ended.locks.length > 8 && <li>and {ended.locks.length - 8} more</li>}
        </ul>
      )}
    </ConfirmAction>
  );
}
