import { Menu } from '@mantine/core';
import { Hammer } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { AnyJobKind } from '../../jobs/job-kind.ts';
import { kindsOn } from '../../jobs/kinds.ts';
import { useAction } from '../ui/use-action.tsx';
import { JobDialog } from './job-dialog.tsx';

/** What jobs are started on: a version of a file, a folder with a slash at its end, or nothing but their arguments. */
export type JobSubject = { readonly workspace: string } & (
  | { readonly source?: undefined; readonly path: string; readonly version: number }
  | { readonly source: 'folder'; readonly path: string }
  | { readonly source: 'none' }
);

export interface StartJob {
  /** Lines of a menu, one for each kind of job that works on such a thing; empty where none does. */
  readonly items: readonly ReactNode[];
  /** Render it outside of the menu, which closes when an item is chosen. */
  readonly dialog: ReactNode;
}

/**
 * Starts jobs on a file, on a folder, or on neither. A kind without arguments starts at once, others ask first.
 *
 * @param onQueued given the id of the job
 */
export function useStartJob({ source, ...subject }: JobSubject, onQueued: (jobId: string) => void): StartJob {
  const [asked, setAsked] = useState<AnyJobKind>();
  const start = useAction((hub, kind: AnyJobKind, input: Readonly<Record<string, unknown>>) =>
    hub.jobQueue({ ...subject, kind: kind.name, input }),
  );
  const queue = async (kind: AnyJobKind, input: Readonly<Record<string, unknown>>): Promise<void> => {
    const job = await start.run(kind, input);
    if (!job) return;
    setAsked(undefined);
    onQueued(job.jobId);
  };
  return {
    items: kindsOn(source).map((kind) => {
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
        path={'path' in subject ? subject.path : undefined}
        isPending={start.isPending}
        onClose={() => setAsked(undefined)}
        onStart={(input) => void queue(asked, input)}
      />
    ),
  };
}
