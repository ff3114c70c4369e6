import { Quote } from 'lucide-react';
import type { ReactNode } from 'react';
import { fewMarks } from '../../../protocol/names/few-marks.ts';
import styles from './passage-note.module.css';
import type { ShownPassage } from './shown-passage.ts';

/** What was cited of the version that is shown below. */
export function PassageNote({ passage }: { passage: ShownPassage }): ReactNode {
  return (
    <aside className={styles.note} aria-label="Cited passage">
      <Quote size={13} aria-hidden className={styles.icon} />
      <blockquote className={styles.quote}>{fewMarks(passage.quote)}</blockquote>
      <span className={styles.at}>{passage.at}</span>
    </aside>
  );
}
