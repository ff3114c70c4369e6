import type { ReactNode } from 'react';
import styles from './pause.module.css';

/** A mark between two parts of a row, for screen readers: without it they read one long sentence. */
export function Pause({ mark = ',' }: { mark?: ',' | '.' | ':' }): ReactNode {
  return <span className={styles.pause}>{mark} </span>;
}
