import type { ReactNode } from 'react';
import styles from './row-button.module.css';

export interface RowButtonProps {
  readonly title: string;
  /** The action and its object, for screen readers. */
  readonly label: string;
  readonly isDisabled?: boolean;
  readonly onPress: () => void;
  /** An icon. */
  readonly children: ReactNode;
}

/** A button in a row of a list. Not the library's button with its tooltip: these cost more than the rest of a row. */
export function RowButton({ title, label, isDisabled = false, onPress, children }: RowButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={styles.button}
      title={title}
      aria-label={label}
      disabled={isDisabled}
      onClick={(event) => {
        event.stopPropagation();
        // The second click of a double click was meant for what stood here before.
        if (event.detail < 2) onPress();
      }}
    >
      {children}
    </button>
  );
}
