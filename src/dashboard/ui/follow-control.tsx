import { Button } from '@mantine/core';
import { Circle, Pause } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount } from '../../protocol/words/units.ts';
import type { LiveList } from './use-hold.ts';
import styles from './follow-control.module.css';

export interface FollowControlProps {
  readonly live: LiveList;
  /** How many rows have come that are not shown. */
  readonly added: number;
}

/** Whether a list is live or held, and what has come meanwhile. A click or Space changes it. */
export function FollowControl({ live: { hold, isHeld }, added }: FollowControlProps): ReactNode {
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
        {isHeld ? 'Held' : 'Live'}
        {isHeld && added > 0 && <span className={styles.added}>{` · ${formatCount(added)} new`}</span>}
      </span>
    </Button>
  );
}
