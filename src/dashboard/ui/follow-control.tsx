import { Button } from '@mantine/core';
import { Circle, Pause } from 'lucide-react';
import { memo, useSyncExternalStore, type ReactNode } from 'react';
import { formatCount } from '../../protocol/words/units.ts';
import type { Hold } from './hold.ts';
import styles from './follow-control.module.css';

/** Whether a list is live or held, and what has come meanwhile. A click or Space changes it. */
export const FollowControl = memo(function FollowControl({ hold }: { readonly hold: Hold }): ReactNode {
  const isHeld = useSyncExternalStore(hold.subscribe, hold.current);
  const added = useSyncExternalStore(hold.subscribe, hold.added);
  return (
    <Button
      className={styles.control}
      data-follow
      data-held={isHeld || undefined}
      title={isHeld ? 'Go on (Space)' : 'Hold (Space)'}
      leftSection={
        isHeld ? (
          <Pause size={11} fill="currentColor" aria-hidden />
        ) : (
          <Circle size={8} fill="currentColor" className={styles.lamp} aria-hidden />
        )
      }
      onClick={() => hold.toggle()}
    >
      <span>
        <span className={styles.word}>{isHeld ? 'Held' : 'Live'}</span>
        {isHeld && added > 0 && <span className={styles.added}>{` · ${formatCount(added)} new`}</span>}
      </span>
    </Button>
  );
});
