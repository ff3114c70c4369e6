import { useMemo, type ReactNode } from 'react';
import { workspaceLabel } from '../../protocol/words/workspace-label.ts';
import { useScope, useServer } from '../dashboard-context.tsx';
import type { Column } from './column.ts';
import styles from './workspace-column.module.css';

/** Whether a list has rows of several workspaces. */
function useIsMixed(): boolean {
  const scope = useScope();
  return useServer(({ workspaces }) => workspaces.size > 1) && scope === undefined;
}

/** The columns, with one for the workspace behind `after` where rows of several are mixed. */
export function useWithWorkspace<T>(
  columns: readonly Column<T>[],
  after: string,
  workspaceOf: (row: T) => string,
): readonly Column<T>[] {
  const isMixed = useIsMixed();
  return useMemo(() => {
    if (!isMixed) return columns;
    const column: Column<T> = {
      key: 'workspace',
      label: 'Workspace',
      width: 'minmax(72px, 120px)',
      render: (row) => <WorkspaceName id={workspaceOf(row)} />,
    };
    const at = columns.findIndex(({ key }) => key === after) + 1;
    return columns.toSpliced(at, 0, column);
  }, [columns, isMixed, after, workspaceOf]);
}

/** What a workspace is called, also one that is gone. */
export function WorkspaceName({ id }: { id: string }): ReactNode {
  const name = useServer(({ workspaces }) => {
    const found = workspaces.get(id);
    return found && workspaceLabel(found, workspaces.values());
  });
  return (
    <span className={styles.name} title={name ?? id}>
      {name ?? 'a deleted one'}
    </span>
  );
}
