import type { ReactNode } from 'react';
import { fewMarks } from '../../protocol/names/few-marks.ts';
import styles from './path-text.module.css';

/**
 * A path on one line, in the face around it. Where it does not fit, its folders give way from the left before its name
 * does, be that a file's or, with a slash at its end, a folder's.
 *
 * Folders and name are inline: as boxes of their own they would be copied on two lines, and read out with a blank.
 */
export function PathText({ path }: { path: string }): ReactNode {
  const shown = fewMarks(path);
  const slash = shown.lastIndexOf('/', shown.length - 2);
  return (
    <span className={styles.path} data-folders={slash > 0 || undefined} title={path}>
      <bdi dir="ltr">
        {slash > 0 && <bdi>{shown.slice(0, slash)}</bdi>}
        <bdi>{slash > 0 ? shown.slice(slash) : shown}</bdi>
      </bdi>
    </span>
  );
}
