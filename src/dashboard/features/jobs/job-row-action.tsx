import { Ban, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { RowButton } from '../../ui/row-button.tsx';
import { useAction } from '../../ui/use-action.tsx';
import type { JobRow } from './job-rows.ts';

/** What can be done with a job, in its row: cancel it, or try it again. */
export function JobRowAction({ row: { id, status, job } }: { row: JobRow }): ReactNode {
  const cancel = useAction((hub) => hub.jobCancel({ jobId: id }));
  const retry = useAction((hub) => hub.jobRetry({ jobId: id }));
  if (status === 'succeeded') return null;
  const isOpen = status === 'queued' || status === 'running';
  const { run, isPending } = isOpen ? cancel : retry;
  const label = isOpen ? 'Cancel' : 'Retry';
  return (
    <RowButton
      title={label}
      label={`${label} the job on ${job.path}`}
      isDisabled={isPending}
      onPress={() => void run()}
    >
      {isOpen ? <Ban size={13} aria-hidden /> : <RotateCw size={13} aria-hidden />}
    </RowButton>
  );
}
