import type { ReactNode } from 'react';
import styles from './badge.module.css';
import { wireWords } from './wire-words.ts';
import { toneColor, type Tone } from './tone.ts';
import type { Wire } from '../../protocol/wire-names.ts';

/** A word in a frame, coloured by what it means. */
export function Badge({
  children,
  tone,
  title,
}: {
  children: ReactNode;
  tone?: Tone | undefined;
  title?: string;
}): ReactNode {
  return (
    <span className={styles.badge} style={{ color: toneColor(tone) }} title={title}>
      {children}
    </span>
  );
}

/**
 * A mark with a label for screen readers, unless the words stand beside it. Its shape says what its colour says:
 * a disc goes on, half a disc waits, a triangle is refused, and a ring (hollow) is not connected.
 */
export function StatusDot({
  tone,
  label,
  hollow = false,
}: {
  tone: Tone | undefined;
  label: string;
  hollow?: boolean;
}): ReactNode {
  return (
    <span
      className={styles.dot}
      data-tone={tone}
      data-hollow={hollow || undefined}
      style={{ color: toneColor(tone) }}
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label, title: label })}
    />
  );
}

/** Which wire a session is on. */
export function WireBadge({ wire }: { wire: Wire }): ReactNode {
  const { name, title } = wireWords[wire];
  return (
    <span className={styles.wire} title={title}>
      {name}
    </span>
  );
}

/** Progress from 0 to 1 as a thin bar; undefined: hatched, because it is not known. */
export function ProgressBar({ fraction, label }: { fraction: number | undefined; label: string }): ReactNode {
  const percent = fraction === undefined ? undefined : Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  return (
    <span
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span
        className={styles.fill}
        data-unknown={percent === undefined || undefined}
        style={{ transform: `scaleX(${(percent ?? 100) / 100})` }}
      />
    </span>
  );
}
