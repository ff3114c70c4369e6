import { Menu } from '@mantine/core';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { CreateWorkspaceDialog } from '../../ui/create-workspace-dialog.tsx';
import { Emblem } from './emblem.tsx';
import styles from './rail.module.css';

/** Selects the workspace of the screens, or creates one. */
export function WorkspaceSwitch(): ReactNode {
  const current = useWorkspace();
  const workspaces = useServer(({ workspaces }) => workspaces);
  const label = current && workspaceLabel(current, workspaces.values());
  const choose = useUi((ui) => ui.chooseWorkspace);
  const isAll = useUi((ui) => ui.isAllWorkspaces) && workspaces.size > 1;
  const chooseAll = useUi((ui) => ui.chooseAllWorkspaces);
  const [isCreating, setCreating] = useState(false);
  const shown = isAll ? 'All workspaces' : (label ?? 'No workspace');
  return (
    <>
      <Menu position="bottom-start" width={220} transitionProps={{ duration: 100 }}>
        <Menu.Target>
          <button type="button" className={styles.workspace} aria-label={`Workspace: ${shown}`}>
            <Emblem size={18} />
            <span className={styles.workspaceName}>{isAll ? `All (${workspaces.size})` : shown}</span>
            <ChevronsUpDown size={13} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Workspaces</Menu.Label>
          {workspaces.size > 1 && (
            <Menu.Item onClick={chooseAll} rightSection={isAll ? <Check size={13} aria-label="chosen" /> : undefined}>
              All workspaces
            </Menu.Item>
          )}
          {[...workspaces.values()].map((each) => (
            <Menu.Item
              key={each.id}
              onClick={() => choose(each.id)}
              rightSection={!isAll && each.id === current?.id ? <Check size={13} aria-label="chosen" /> : undefined}
            >
              {workspaceLabel(each, workspaces.values())}
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
}
