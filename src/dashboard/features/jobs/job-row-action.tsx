import { Ban, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAction } from '../../ui/use-action.tsx';
import type { JobRow } from './job-rows.ts';
import styles from './jobs.module.css';

/** What can be done with a job, in its row: cancel it, or try it again. */
export function JobRowAction({ row: { id, status, job } }: { row: JobRow }): ReactNode {
  const cancel = useAction((hub) => hub.jobCancel({ jobId: id }));
  const retry = useAction((hub) => hub.jobRetry({ jobId: id }));
  if (status === 'succeeded') return null;
  const isOpen = status === 'queued' || status === 'running';
  const { run, isPending } = isOpen ? cancel : retry;
  const label = isOpen ? 'Cancel' : 'Retry';
  return (
    // Not the library's button with its tooltip: these cost more than the rest of a row.
    <button
      type="button"
      className={styles.rowAction}
      title={label}
      aria-label={`${label} the job on ${job.path}`}
      disabled={isPending}
      onClick={(event) => {
        event.stopPropagation();
        // The second click of a double click was meant for what stood here before.
        if (event.detail < 2) void run();
      }}
    >
      {isOpen ? <Ban size={13} aria-hidden /> : <RotateCw size={13} aria-hidden />}
    </button>
  );
}
