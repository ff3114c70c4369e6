import { Checkbox } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Mono } from '../../ui/mono.tsx';
import { useAction } from '../../ui/use-action.tsx';
import styles from './dialogs.module.css';

export interface DeleteDialogProps {
  readonly file: FileRecord;
  readonly onClose: () => void;
  readonly onDone?: (() => void) | undefined;
}

/** Deletes a file, which can be taken back, or its versions too, which cannot. */
export function DeleteDialog({ file, onClose, onDone }: DeleteDialogProps): ReactNode {
  const isGone = file.deletedAt !== undefined;
  const [isPurge, setPurge] = useState(isGone);
  const action = useAction(
    (hub) => hub.fileDelete(file.workspace, file.path, isPurge, file.id).then(() => true),
    isPurge ? 'Deleted for good' : 'Deleted; it can be restored',
  );
  const versions = file.version === 1 ? 'its only version' : `all ${file.version} versions`;
  return (
    <ConfirmDialog
      isOpen
      title={isGone ? 'Delete for good' : 'Delete file'}
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
      <p className={styles.what}>
        <Mono>{file.path}</Mono>
      </p>
      <p className={styles.text}>
        {isPurge
          ? `Removes ${versions} and gives their room back to the quota. This cannot be undone.`
          : 'The file leaves the list for everyone. Its versions stay and count towards the quota until it is deleted for good.'}
      </p>
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
