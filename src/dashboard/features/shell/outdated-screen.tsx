import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useServer } from '../../dashboard-context.tsx';
import { EmptyState } from '../../ui/states.tsx';

/** Shown when the hub was updated while the page was open. */
export function OutdatedScreen(): ReactNode {
  const version = useServer(({ connection }) => (connection.status === 'outdated' ? connection.hubVersion : ''));
  return (
    <main>
      <EmptyState
        title={`The hub is now version ${version}`}
        action={
          <Button variant="filled" onClick={() => window.location.reload()}>
            Load the new dashboard
          </Button>
        }
      >
        This page was made for another version and can no longer read what the hub says.
      </EmptyState>
    </main>
  );
}
