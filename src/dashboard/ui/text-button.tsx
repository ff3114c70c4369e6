import type { ReactNode } from 'react';
import styles from './text-button.module.css';

/** A button among words, which looks like a link: it shows something, or does something small. */
export function TextButton({ onClick, children }: { onClick: () => void; children: ReactNode }): ReactNode {
  return (
    <button type="button" className={styles.button} onClick={onClick}>
      {children}
    </button>
  );
}
