import type { ReactNode } from 'react';
import { useServer } from '../../dashboard-context.tsx';
import { Mono } from '../../ui/mono.tsx';

/** A workspace by its name; by its id, where it is no longer there. */
export function FrameWorkspace({ id }: { id: string }): ReactNode {
  const name = useServer(({ workspaces }) => workspaces.get(id)?.name);
  return <Mono dim>{name ?? id}</Mono>;
}
