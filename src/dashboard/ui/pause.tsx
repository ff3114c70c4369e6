import type { ReactNode } from 'react';
import styles from './pause.module.css';

/** What stands between two parts of a row for those who hear it: without it they are one long sentence. */
export function Pause({ mark = ',' }: { mark?: ',' | '.' | ':' }): ReactNode {
  return <span className={styles.pause}>{mark} </span>;
}
