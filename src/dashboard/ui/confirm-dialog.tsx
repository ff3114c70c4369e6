import { Button, Group, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Dialog } from './dialog.tsx';

export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly children: ReactNode;
  /** The verb of the button, e.g. `Revoke key`. */
  readonly confirm: string;
  /** Must be typed before the button works. */
  readonly typeToConfirm?: string;
  /** Asks why, which the log keeps; says who else is notified, e.g. `The log keeps it, and the agent is notified.` */
  readonly reasonHint?: string;
  readonly isPending?: boolean;
  /** Red button, for what cannot be undone. Default true. */
  readonly isDangerous?: boolean;
  /** `reason`: why, if it was asked and said. */
  readonly onConfirm: (reason: string | undefined) => void;
  readonly onClose: () => void;
}

/** Asks before something that others notice. Esc and Cancel do nothing. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  return (
    <Dialog opened={props.isOpen} onClose={props.onClose} title={props.title} size="sm">
      <ConfirmForm {...props} />
    </Dialog>
  );
}

/** Inside the modal, so that what was typed is gone when it closes. */
function ConfirmForm({
  children,
  confirm,
  typeToConfirm,
  reasonHint,
  isPending = false,
  isDangerous = true,
  onConfirm,
  onClose,
}: ConfirmDialogProps): ReactNode {
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const isReady = typeToConfirm === undefined || typed === typeToConfirm;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isPending) onConfirm(reason.trim() === '' ? undefined : reason.trim());
      }}
    >
      <div>{children}</div>
      {typeToConfirm !== undefined && (
        <TextInput
          mt="md"
          label={`Type ${typeToConfirm} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
      )}
      {reasonHint !== undefined && (
        <TextInput
          mt="md"
          label="Reason (optional)"
          description={reasonHint}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autoComplete="off"
          maxLength={500}
        />
      )}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          variant="filled"
          color={isDangerous ? 'red' : undefined}
          disabled={!isReady}
          loading={isPending}
          data-autofocus={typeToConfirm === undefined || undefined}
        >
          {confirm}
        </Button>
      </Group>
    </form>
  );
}
