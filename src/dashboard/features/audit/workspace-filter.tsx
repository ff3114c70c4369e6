import { Select, type ComboboxData } from '@mantine/core';
import { memo, useMemo, type ReactNode } from 'react';
import { useServer } from '../../dashboard-context.tsx';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { useSameOptions } from './use-same-options.ts';

export interface WorkspaceFilterProps {
  readonly workspace: string | undefined;
  readonly onChange: (workspace: string | undefined) => void;
}

/** All workspaces, or one. */
export function WorkspaceFilter(props: WorkspaceFilterProps): ReactNode {
  const { workspace } = props;
  const workspaces = useServer((server) => server.workspaces);
  const data = useMemo(() => {
    const all = [...workspaces.values()].map((each) => ({
      value: each.id,
      label: workspaceLabel(each, workspaces.values()),
    }));
    // A deleted workspace is still in the log.
    const isGone = workspace !== undefined && !workspaces.has(workspace);
    return isGone ? [...all, { value: workspace, label: 'a deleted one' }] : all;
  }, [workspaces, workspace]);
  return <Field {...props} data={useSameOptions(data)} />;
}

/** Apart, as workspaces change with each write, and seldom in name. */
const Field = memo(function Field(props: WorkspaceFilterProps & { readonly data: ComboboxData }): ReactNode {
  const { workspace, onChange, data } = props;
  return (
    <Select
      aria-label="Workspace"
      placeholder="All workspaces"
      title="Events of no workspace, such as those of sessions and keys, are always shown"
      data={data}
      value={workspace ?? null}
      onChange={(value) => onChange(value ?? undefined)}
      searchable
      clearable
      w={140}
    />
  );
});
