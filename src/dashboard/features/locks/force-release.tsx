import { idOfAgent } from '../../../protocol/agent-id.ts';
import { useState, type ReactNode } from 'react';
import type { LockState } from '../../../protocol/state.ts';
import { useAgentName } from '../../dashboard-context.tsx';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { Mono } from '../../ui/mono.tsx';
import { useAction } from '../../ui/use-action.tsx';
import styles from './locks.module.css';

/** Asks before a lock is released by force, and says what that does. */
export function useForceRelease(): { readonly ask: (lock: LockState) => void; readonly dialog: ReactNode } {
  const [lock, setLock] = useState<LockState>();
  return {
    ask: setLock,
    dialog:
      lock === undefined ? null : <ForceRelease key={lock.lockId} lock={lock} onClose={() => setLock(undefined)} />,
  };
}

function ForceRelease({ lock, onClose }: { lock: LockState; onClose: () => void }): ReactNode {
  const holder = useAgentName(idOfAgent(lock));
  const [first] = lock.waiters;
  const next = useAgentName(first ? idOfAgent(first) : '');
  const release = useAction(
    (hub, reason: string | undefined) =>
      hub.lockForceRelease({ workspace: lock.workspace, path: lock.path, lockId: lock.lockId, reason }),
    `Lock on ${lock.path} taken from ${holder}`,
  );
  return (
    <ConfirmAction
      title="Force release"
      confirm="Force release"
      action={release}
      onClose={onClose}
      reasonHint="The log keeps it, and agents are notified."
    >
      <p className={styles.askPath}>
        <Mono>{lock.path}</Mono>
      </p>
      <p className={styles.askText}>
        {holder} loses the lock at once and is notified. A write that it still tries with its write ticket {lock.fence}{' '}
        fails with <Mono>fence_stale</Mono>.{' '}
        {lock.waiters.length === 0
          ? 'Nobody waits for it.'
          : `${next} is next and gets it in the same moment${lock.waiters.length > 1 ? `; ${moreWait(lock.waiters.length - 1)}` : ''}.`}
      </p>
    </ConfirmAction>
  );
}

function moreWait(count: number): string {
  return count === 1 ? 'one more waits' : `${count} more wait`;
}
