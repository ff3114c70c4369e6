import type { ReactNode } from 'react';
import type { KeyState } from '../../../protocol/state.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { endedBy } from './key-rows.ts';
import styles from './keys.module.css';

/** Asks before a key is suspended. */
export function SuspendKeyDialog({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  const sessions = useServer((server) => server.sessions);
  const open = endedBy(key.id, sessions.values(), []).sessions;
  const suspend = useAction(
    (hub, reason: string | undefined) => hub.keySuspend({ keyId: key.id, reason }).then(() => true),
    `${key.name} is suspended`,
  );
  return (
    <ConfirmDialog
      isOpen
      title={`Suspend ${key.name}`}
      confirm="Suspend key"
      isPending={suspend.isPending}
      onClose={onClose}
      reasonHint="The log keeps it."
      onConfirm={(reason) => void suspend.run(reason).then((done) => done === true && onClose())}
    >
      <p className={styles.text}>
        Until you resume it, each of its requests is refused, and the agent hears that you suspended it. It keeps its
        roles and its locks. {open === 0 ? 'Nobody is connected with it.' : `Open sessions that end: ${open}.`}
      </p>
    </ConfirmDialog>
  );
}
