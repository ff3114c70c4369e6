import type { ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { formatSize } from '../../../protocol/words/units.ts';
import styles from './files.module.css';

/** The used part of a workspace's quota; amber from 80 %, red from 95 %. */
export function QuotaBar({ workspace }: { workspace: WorkspaceState }): ReactNode {
  const { usedBytes, quotaBytes } = workspace;
  const fraction = quotaBytes === 0 ? 1 : Math.min(1, usedBytes / quotaBytes);
  const level = fraction >= 0.95 ? 'refused' : fraction >= 0.8 ? 'waiting' : undefined;
  const words = `${formatSize(usedBytes)} of ${formatSize(quotaBytes)}`;
  return (
    <div className={styles.quota} title="All kept versions, those of deleted files included">
      <span
        className={styles.quotaTrack}
        role="meter"
        aria-label="Quota"
        aria-valuemin={0}
        aria-valuemax={quotaBytes}
        aria-valuenow={usedBytes}
        aria-valuetext={words}
      >
        {usedBytes > 0 && (
          <span className={styles.quotaFill} data-level={level} style={{ width: `${fraction * 100}%` }} />
        )}
      </span>
      <span>{words}</span>
    </div>
  );
}
