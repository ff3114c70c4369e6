import { Button, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import type { HubError } from '../../protocol/errors.ts';
import { problemWords } from './problem-words.ts';
import styles from './states.module.css';

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** What to do, or when content appears. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Nothing to show, and why. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps): ReactNode {
  return (
    <div className={styles.state}>
      {icon !== undefined && <div className={styles.icon}>{icon}</div>}
      <p className={styles.title}>{title}</p>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

/** A failed load: what went wrong, and a button to try again. */
export function ErrorState({ error, onRetry }: { error: HubError; onRetry?: () => void }): ReactNode {
  const { title, text } = problemWords(error);
  return (
    <div className={styles.state} role="alert">
      <p className={styles.title} title={error.code}>
        {title}
      </p>
      <div className={styles.text}>{text}</div>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** Loading. Appears only after a moment, so that quick answers do not flicker. */
export function PageLoader({ label = 'Loading' }: { label?: string }): ReactNode {
  return (
    <div className={styles.loader} role="status" aria-label={label}>
      <Loader size={18} type="dots" color="gray" />
    </div>
  );
}
