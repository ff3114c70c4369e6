import { Menu } from '@mantine/core';
import { Hammer } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { AnyJobKind } from '../../jobs/job-kind.ts';
import { jobKinds } from '../../jobs/kinds.ts';
import type { FileRecord } from '../../protocol/records.ts';
import { useAction } from '../ui/use-action.tsx';
import { JobDialog } from './job-dialog.tsx';

export interface StartJob {
  /** Lines of a menu, one for each kind of job. */
  readonly items: ReactNode;
  /** Render it outside of the menu, which closes when an item is chosen. */
  readonly dialog: ReactNode;
}

/**
 * Starts jobs on a file. A kind without arguments starts at once, others ask first.
 *
 * @param onQueued given the id of the job
 */
export function useStartJob(file: FileRecord, onQueued: (jobId: string) => void): StartJob {
  const [asked, setAsked] = useState<AnyJobKind>();
  const start = useAction((hub, kind: AnyJobKind, input: Readonly<Record<string, unknown>>) =>
    hub.jobQueue({ workspace: file.workspace, kind: kind.name, path: file.path, version: file.version, input }),
  );
  const queue = async (kind: AnyJobKind, input: Readonly<Record<string, unknown>>): Promise<void> => {
    const job = await start.run(kind, input);
    if (!job) return;
    setAsked(undefined);
    onQueued(job.jobId);
  };
  return {
    items: jobKinds.map((kind) => {
      const asksFirst = Object.keys(kind.input).length > 0;
      return (
        <Menu.Item
          key={kind.name}
          leftSection={<Hammer size={13} />}
          onClick={() => (asksFirst ? setAsked(kind) : void queue(kind, {}))}
        >
          {asksFirst ? `${kind.title}…` : kind.title}
        </Menu.Item>
      );
    }),
    dialog: asked && (
      <JobDialog
        kind={asked}
        path={file.path}
        isPending={start.isPending}
        onClose={() => setAsked(undefined)}
        onStart={(input) => void queue(asked, input)}
      />
    ),
  };
}
