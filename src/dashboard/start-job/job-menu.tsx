import { Button, Menu } from '@mantine/core';
import { ChevronDown, Hammer } from 'lucide-react';
import type { ReactNode } from 'react';
import { useUi } from '../dashboard-context.tsx';
import { useStartJob, type JobSubject } from './use-start-job.tsx';

/** Starts jobs that work on a folder, or on no file; nothing where no kind does. */
export function JobMenu({ on }: { on: JobSubject }): ReactNode {
  const select = useUi((ui) => ui.select);
  const { items, dialog } = useStartJob(on, (jobId) => select({ kind: 'job', jobId }));
  if (items.length === 0) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<Hammer size={13} />} rightSection={<ChevronDown size={12} />}>
            Start a job
          </Button>
        </Menu.Target>
        <Menu.Dropdown>{items}</Menu.Dropdown>
      </Menu>
      {dialog}
    </>
  );
}
