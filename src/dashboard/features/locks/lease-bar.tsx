import type { ReactNode } from 'react';
import { useNow, usePace } from '../../ui/times.tsx';
import { formatCountdown, formatDateTime } from '../../../protocol/words/units.ts';
import styles from './locks.module.css';
import { isNearlyOver, timeLeft } from './lock-rows.ts';

export interface LeaseBarProps {
  readonly from: number;
  readonly until: number;
  /** A lease is plain; a wait is amber and hatched. */
  readonly label: 'Lease' | 'Wait';
}

/** The time left of a lease or a wait, as a bar and in figures. */
export function LeaseBar({ from, until, label }: LeaseBarProps): ReactNode {
  const now = useNow(usePace(until - 20_000));
  const { ms, fraction } = timeLeft({ from, until }, now);
  const words = formatCountdown(ms);
  return (
    <span className={styles.lease} title={`${label} ends ${formatDateTime(until)}`}>
      <span
        className={styles.leaseTrack}
        role="meter"
        aria-label={`${label} left`}
        aria-valuemin={0}
        aria-valuemax={Math.round((until - from) / 1_000)}
        aria-valuenow={Math.round(ms / 1_000)}
        aria-valuetext={words}
      >
        <span
          className={styles.leaseFill}
          data-wait={label === 'Wait' || undefined}
          style={{ transform: `translateX(${(fraction - 1) * 100}%)` }}
        />
      </span>
      <span className={styles.leaseTime} data-over={isNearlyOver(fraction) || undefined}>
        {words}
      </span>
    </span>
  );
}
