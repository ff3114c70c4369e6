import { Menu } from '@mantine/core';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { memo, useMemo, useState, type ReactNode } from 'react';
import { useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { CreateWorkspaceDialog } from '../../ui/create-workspace-dialog.tsx';
import { Emblem } from './emblem.tsx';
import styles from './rail.module.css';

interface WorkspaceChoice {
  readonly id: string;
  readonly label: string;
}

/** Selects the workspace of the screens, or creates one. */
export function WorkspaceSwitch(): ReactNode {
  const current = useWorkspace()?.id;
  const workspaces = useServer(({ workspaces }) => workspaces);
  // Workspaces change with each write, and seldom in name: the same list is not rendered again.
  const names = JSON.stringify(
    [...workspaces.values()].map((each): WorkspaceChoice => ({
      id: each.id,
      label: workspaceLabel(each, workspaces.values()),
    })),
  );
  return <Switch current={current} all={useMemo(() => JSON.parse(names) as readonly WorkspaceChoice[], [names])} />;
}

interface SwitchProps {
  readonly current: string | undefined;
  readonly all: readonly WorkspaceChoice[];
}

const Switch = memo(function Switch({ current, all }: SwitchProps): ReactNode {
  const label = all.find(({ id }) => id === current)?.label;
  const choose = useUi((ui) => ui.chooseWorkspace);
  const isAll = useUi((ui) => ui.isAllWorkspaces) && all.length > 1;
  const chooseAll = useUi((ui) => ui.chooseAllWorkspaces);
  const [isCreating, setCreating] = useState(false);
  const shown = isAll ? 'All workspaces' : (label ?? 'No workspace');
  return (
    <>
      <Menu position="bottom-start" width={220} transitionProps={{ duration: 100 }}>
        <Menu.Target>
          <button type="button" className={styles.workspace} aria-label={`Workspace: ${shown}`}>
            <Emblem size={18} />
            <span className={styles.workspaceName}>{isAll ? `All (${all.length})` : shown}</span>
            <ChevronsUpDown size={13} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Workspaces</Menu.Label>
          {all.length > 1 && (
            <Menu.Item onClick={chooseAll} rightSection={isAll ? <Check size={13} aria-label="chosen" /> : undefined}>
              All workspaces
            </Menu.Item>
          )}
          {all.map((each) => (
            <Menu.Item
              key={each.id}
              onClick={() => choose(each.id)}
              rightSection={!isAll && each.id === current ? <Check size={13} aria-label="chosen" /> : undefined}
            >
              {each.label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Plus size={13} aria-hidden />} onClick={() => setCreating(true)}>
            New workspace
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isCreating && <CreateWorkspaceDialog onClose={() => setCreating(false)} />}
    </>
  );
});
