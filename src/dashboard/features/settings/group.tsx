import type { ReactNode } from 'react';
import styles from './settings.module.css';

/** A group of settings: a description beside the controls. */
export function Group({ title, about, children }: { title: string; about: ReactNode; children: ReactNode }): ReactNode {
  return (
    <section className={styles.group} aria-label={title}>
      <div className={styles.about}>
        <h2>{title}</h2>
        <p>{about}</p>
      </div>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
