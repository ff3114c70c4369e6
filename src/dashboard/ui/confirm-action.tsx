import type { ReactNode } from 'react';
import { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.tsx';
import type { Action } from './use-action.tsx';

interface ConfirmActionProps extends Omit<ConfirmDialogProps, 'isOpen' | 'isPending' | 'onConfirm'> {
  readonly isOpen?: boolean;
  /** Until it is done the dialog stays. */
  readonly action: Pick<Action<[reason: string | undefined], void>, 'run' | 'isPending'>;
}

/** Asks before an action, and closes once that is done. */
export function ConfirmAction({ action, isOpen = true, ...dialog }: ConfirmActionProps): ReactNode {
  return (
    <ConfirmDialog
      {...dialog}
      isOpen={isOpen}
      isPending={action.isPending}
      onConfirm={(reason) => void action.run(reason).then((done) => done && dialog.onClose())}
    />
  );
}
