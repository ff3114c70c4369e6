import type { ReactNode } from 'react';
import { fewMarks } from '../../protocol/names/few-marks.ts';
import styles from './path-text.module.css';

/**
 * A path on one line, in the face around it. Where it does not fit, its folders give way before its name does, be that
 * a file's or, with a slash at its end, a folder's.
 */
export function PathText({ path }: { path: string }): ReactNode {
  const shown = fewMarks(path);
  const slash = shown.lastIndexOf('/', shown.length - 2);
  return (
    <span className={styles.path} title={path}>
      {slash > 0 && <span className={styles.folder}>{shown.slice(0, slash)}</span>}
      <span className={styles.name}>{slash > 0 ? shown.slice(slash) : shown}</span>
    </span>
  );
}
