import type { ReactNode } from 'react';
import type { KeyState } from '../../../protocol/state.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { endedBy } from './key-rows.ts';
import styles from './keys.module.css';

/** Asks before a key is suspended. */
export function SuspendKeyDialog({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  const sessions = useServer((server) => server.sessions);
  const open = endedBy(key.id, sessions.values(), []).sessions;
  const suspend = useAction(
    (hub, reason: string | undefined) => hub.keySuspend({ keyId: key.id, reason }),
    `${key.name} is suspended`,
  );
  return (
    <ConfirmAction
      title={`Suspend ${key.name}`}
      confirm="Suspend key"
      action={suspend}
      onClose={onClose}
      reasonHint="The log keeps it."
    >
      <p className={styles.text}>
        Until you resume it, each of its requests is refused, and the agent hears that you suspended it. It keeps its
        roles and its locks. {open === 0 ? 'Nobody is connected with it.' : `Open sessions that end: ${open}.`}
      </p>
    </ConfirmAction>
  );
}
