import { Button, Group } from '@mantine/core';
import { Download, ExternalLink, FileQuestion } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';
import { EmptyState } from '../../ui/states.tsx';

/** Offers a file that is not shown here: in a tab where that is safe, and as a download. */
export function Offer({
  url,
  name,
  title,
  canOpen = true,
  children,
}: {
  url: string;
  name: string;
  title: string;
  /** Whether the hub lets a browser show it in a tab. */
  canOpen?: boolean;
  children: ReactNode;
}): ReactNode {
  // The desktop app has no tabs, and the person's browser cannot open its addresses.
  const hasTabs = useDashboard().desktop === undefined;
  return (
    <EmptyState
      icon={<FileQuestion size={22} />}
      title={title}
      action={
        <Group gap={6}>
          {hasTabs && canOpen && (
            <Button component="a" href={url} target="_blank" rel="noreferrer" leftSection={<ExternalLink size={13} />}>
              Open in a tab
            </Button>
          )}
          <Button component="a" href={url} download={name} leftSection={<Download size={13} />}>
            Download
          </Button>
        </Group>
      }
    >
      {children}
    </EmptyState>
  );
}
