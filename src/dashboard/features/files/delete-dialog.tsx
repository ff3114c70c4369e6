import { Checkbox } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Mono } from '../../ui/mono.tsx';
import { useAction } from '../../ui/use-action.tsx';
import styles from './dialogs.module.css';
import { withEach } from './with-each.ts';

export interface DeleteDialogProps {
  /** At least one; all of them existing, or all deleted. */
  readonly files: readonly FileRecord[];
  readonly onClose: () => void;
  readonly onDone?: (() => void) | undefined;
}

/** Most paths that are listed; of more, only the count is shown. */
const MOST_NAMED = 5;

/** Deletes files, which can be undone, or purges them, which cannot. */
export function DeleteDialog({ files, onClose, onDone }: DeleteDialogProps): ReactNode {
  const isGone = files.every(({ deletedAt }) => deletedAt !== undefined);
  const [isPurge, setPurge] = useState(isGone);
  const isOne = files.length === 1;
  const all = `${formatCount(files.length)} files`;
  const action = useAction(
    (hub) =>
      withEach(files, ({ workspace, path, id }) => hub.fileDelete({ workspace, path, purge: isPurge, fileId: id })),
    isPurge
      ? `${isOne ? 'Deleted' : `${all} deleted`} for good`
      : isOne
        ? 'Deleted; it can be restored'
        : `${all} deleted; they can be restored`,
  );
  const versions = versionsOf(files);
  return (
    <ConfirmDialog
      isOpen
      title={isGone ? (isOne ? 'Delete for good' : `Delete ${all} for good`) : `Delete ${isOne ? 'file' : all}`}
      confirm={isPurge ? 'Delete for good' : 'Delete'}
      isPending={action.isPending}
      onClose={onClose}
      onConfirm={() => {
        void action.run().then((done) => {
          if (done !== true) return;
          onClose();
          onDone?.();
        });
      }}
    >
      <ul className={styles.what}>
        {files.slice(0, MOST_NAMED).map(({ id, path }) => (
          <li key={id}>
            <Mono>{path}</Mono>
          </li>
        ))}
        {files.length > MOST_NAMED && <li>and {formatCount(files.length - MOST_NAMED)} more</li>}
      </ul>
      <p className={styles.text}>{consequence(isPurge, isOne, versions)}</p>
      {!isGone && (
        <Checkbox
          mt="md"
          label={`Delete ${versions} for good`}
          checked={isPurge}
          onChange={(event) => setPurge(event.currentTarget.checked)}
        />
      )}
    </ConfirmDialog>
  );
}

function versionsOf(files: readonly FileRecord[]): string {
  const [first] = files;
  if (files.length > 1 || !first) return 'all their versions';
  return first.version === 1 ? 'its only version' : `all ${first.version} versions`;
}

function consequence(isPurge: boolean, isOne: boolean, versions: string): string {
  if (isPurge) return `Removes ${versions} and gives their room back to the quota. This cannot be undone.`;
  return isOne
    ? 'The file leaves the list for everyone. Its versions stay and count towards the quota until it is deleted for good.'
    : 'The files leave the list for everyone. Their versions stay and count towards the quota until they are deleted for good.';
}
