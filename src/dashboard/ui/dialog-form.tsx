import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './dialog-form.module.css';

export interface DialogFormProps {
  /** What the button says that sends the form. */
  readonly submitLabel: string;
  /** Whether it can be sent; default true. */
  readonly isReady?: boolean;
  readonly isPending: boolean;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** The form of a dialog: its fields, Cancel, and the button that Enter presses too. */
export function DialogForm(props: DialogFormProps): ReactNode {
  const { submitLabel, isReady = true, isPending, onSubmit, onCancel, children } = props;
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onSubmit();
      }}
    >
      {children}
      <Group justify="flex-end" gap="sm" mt="sm">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={!isReady} loading={isPending}>
          {submitLabel}
        </Button>
      </Group>
    </form>
  );
}
