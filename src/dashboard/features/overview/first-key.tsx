import { Button } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useUi } from '../../dashboard-context.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './overview.module.css';

/** Whether there is a first key to show: one not yet shown, or the one shown just now. */
export function useFirstKeyCard(): boolean {
  const waiting = useLoad('first key', (hub) => hub.hasFirstKey());
  const isTaken = useUi((ui) => ui.firstKey !== undefined);
  return isTaken || (waiting.status === 'ready' && waiting.data);
}

/** The key made at the first launch, shown once. */
export function FirstKey(): ReactNode {
  const firstKey = useUi((ui) => ui.firstKey);
  const setFirstKey = useUi((ui) => ui.setFirstKey);
  const go = useUi((ui) => ui.go);
  const [isGone, setGone] = useState(false);
  const take = useAction(async (hub) => ({ key: await hub.takeFirstKey() }));
  if (firstKey) {
    return (
      <div className={styles.key} role="status">
        <KeyRound size={16} aria-hidden />
        <div className={styles.keyText}>
          <strong>Your first key. It is shown only now: copy it.</strong>
          <span className={styles.secret}>
            <Mono>{firstKey.secret}</Mono>
            <CopyButton text={firstKey.secret} label="Copy the key" />
          </span>
          <span className={styles.keyHint}>The snippets below have it filled in until this page is left.</span>
        </div>
        <Button onClick={() => setFirstKey(undefined)}>I have copied it</Button>
      </div>
    );
  }
  const show = async (): Promise<void> => {
    const answer = await take.run();
    if (!answer) return;
    if (answer.key) setFirstKey(answer.key);
    else setGone(true);
  };
  return (
    <div className={styles.key}>
      <KeyRound size={16} aria-hidden />
      <div className={styles.keyText}>
        <strong>{isGone ? 'The first key has been shown before' : 'A key is ready for your first agent'}</strong>
        <span className={styles.keyHint}>
          {isGone
            ? 'Only its hash is kept, so it cannot be shown again. Create another one if you did not keep it.'
            : 'An agent is known by its key. It can be shown once.'}
        </span>
      </div>
      {isGone ? (
        <Button onClick={() => go('keys', { create: '1' })}>Create a key</Button>
      ) : (
        <Button variant="filled" loading={take.isPending} onClick={() => void show()}>
          Show the key
        </Button>
      )}
    </div>
  );
}
