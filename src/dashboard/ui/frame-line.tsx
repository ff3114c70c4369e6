import { ArrowDownLeft, ArrowUpRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Frame } from '../../protocol/frames.ts';
import styles from './frame-line.module.css';
import { Mono } from './mono.tsx';

/** Which way a frame went, as the hub sees it. */
export function DirectionMark({ direction }: { direction: Frame['direction'] }): ReactNode {
  return direction === 'in' ? (
    <ArrowDownLeft size={13} className={styles.in} role="img" aria-label="from the agent" />
  ) : (
    <ArrowUpRight size={13} className={styles.out} role="img" aria-label="to the agent" />
  );
}

/** A frame in a line: direction, what it was, and of what. */
export function FrameLine({ frame }: { frame: Frame }): ReactNode {
  return (
    <span className={styles.line}>
      <DirectionMark direction={frame.direction} />
      <Mono>{frame.label}</Mono>
      {frame.detail !== undefined && <Mono dim>{frame.detail}</Mono>}
    </span>
  );
}
