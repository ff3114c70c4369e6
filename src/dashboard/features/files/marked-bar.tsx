import { Button } from '@mantine/core';
import { RotateCcw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { useAction } from '../../ui/use-action.tsx';
import styles from './marked-bar.module.css';
import { withEach } from './with-each.ts';

export interface MarkedBarProps {
  readonly files: readonly FileRecord[];
  /** Whether the marked files are deleted ones. */
  readonly areGone: boolean;
  readonly onDelete: () => void;
  readonly onClear: () => void;
}

/** The number of marked files, and the actions for all of them. Hidden while none is marked. */
export function MarkedBar({ files, areGone, onDelete, onClear }: MarkedBarProps): ReactNode {
  const restore = useAction(
    async (hub) => {
      // Restored files leave the list, and so the marks, before the last one is done.
      const count = files.length;
      await withEach(files, ({ workspace, path, version, id }) =>
        hub.fileRestore({ workspace, path, version, fileId: id }),
      );
      return count;
    },
    (count) => (count === 1 ? 'Restored' : `${formatCount(count)} files restored`),
  );
  if (files.length === 0) return null;
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return (
    <section className={styles.marked} aria-label="Marked files">
      <strong role="status">{files.length === 1 ? '1 file' : `${formatCount(files.length)} files`} marked</strong>
      <span className={styles.dim}>{formatSize(sizeBytes)}</span>
      <span className={styles.actions}>
        {areGone && (
          <Button
            leftSection={<RotateCcw size={13} />}
            loading={restore.isPending}
            onClick={() => void restore.run().then((done) => done !== undefined && onClear())}
          >
            Restore
          </Button>
        )}
        <Button leftSection={<Trash2 size={13} />} onClick={onDelete}>
          {areGone ? 'Delete for good…' : 'Delete…'}
        </Button>
        <Button variant="subtle" color="gray" onClick={onClear}>
          Clear
        </Button>
      </span>
    </section>
  );
}
