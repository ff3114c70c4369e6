import { Ban, CheckCircle2, Clock3, LoaderCircle, XCircle, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { toneColor, type Tone } from '../../ui/tone.ts';
import type { JobStatus } from '../../../protocol/records.ts';
import styles from './jobs.module.css';

const looks: Readonly<Record<JobStatus, { readonly icon: LucideIcon; readonly tone: Tone | undefined }>> = {
  queued: { icon: Clock3, tone: undefined },
  running: { icon: LoaderCircle, tone: 'accent' },
  succeeded: { icon: CheckCircle2, tone: undefined },
  failed: { icon: XCircle, tone: 'refused' },
  cancelled: { icon: Ban, tone: undefined },
};

/** A job's status as shape and word; in colour where it is under way or needs a look. */
export function JobBadge({ status }: { status: JobStatus }): ReactNode {
  const { icon: Icon, tone } = looks[status];
  return (
    <span className={styles.status} style={{ color: toneColor(tone) }}>
      <Icon size={13} aria-hidden />
      {status}
    </span>
  );
}
