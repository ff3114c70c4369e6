import { Menu } from '@mantine/core';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { CreateWorkspaceDialog } from '../../ui/create-workspace-dialog.tsx';
import { Emblem } from './emblem.tsx';
import styles from './rail.module.css';

/** Selects the workspace of the screens, or creates one. */
export function WorkspaceSwitch(): ReactNode {
  const current = useWorkspace();
  const workspaces = useServer(({ workspaces }) => workspaces);
  const choose = useUi((ui) => ui.chooseWorkspace);
  const [isCreating, setCreating] = useState(false);
  return (
    <>
      <Menu position="bottom-start" width={220} transitionProps={{ duration: 100 }}>
        <Menu.Target>
          <button type="button" className={styles.workspace} aria-label={`Workspace: ${current?.name ?? 'none'}`}>
            <Emblem size={18} />
            <span className={styles.workspaceName}>{current?.name ?? 'No workspace'}</span>
            <ChevronsUpDown size={13} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Workspaces</Menu.Label>
          {[...workspaces.values()].map(({ id, name }) => (
            <Menu.Item
              key={id}
              onClick={() => choose(id)}
              rightSection={id === current?.id ? <Check size={13} aria-label="chosen" /> : undefined}
            >
              {name}
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
