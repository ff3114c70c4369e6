import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Pencil, Plus, Trash2, Users } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { CreateWorkspaceDialog } from '../../ui/create-workspace-dialog.tsx';
import { DeleteWorkspaceDialog } from './delete-workspace.tsx';
import { EditWorkspace } from './edit-workspace.tsx';
import { Group } from './group.tsx';
import { memberCount } from './member-rows.ts';
import { MembersDialog } from './members.tsx';
import styles from './settings.module.css';

type OpenWorkspaceDialog = { readonly what: 'members' | 'edit' | 'delete'; readonly workspace: WorkspaceState };

/** The workspaces: create, rename, change the quota, delete. */
export function WorkspaceList(): ReactNode {
  const workspaces = useServer((server) => server.workspaces);
  const params = useUi((ui) => ui.params);
  const go = useUi((ui) => ui.go);
  const [asked, setAsked] = useState<OpenWorkspaceDialog>();
  const close = (): void => setAsked(undefined);
  return (
    <Group
      title="Workspaces"
      about="Files, locks and jobs live in workspaces. An agent sees only those in which its key has a role."
    >
      <ul className={styles.workspaces} aria-label="Workspaces">
        {[...workspaces.values()].map((workspace) => (
          <Line
            key={workspace.id}
            workspace={workspace}
            name={workspaceLabel(workspace, workspaces.values())}
            onAsk={(what) => setAsked({ what, workspace })}
          />
        ))}
      </ul>
      <Button leftSection={<Plus size={13} />} onClick={() => go('settings', { create: '1' })}>
        New workspace
      </Button>
      {params['create'] !== undefined && <CreateWorkspaceDialog onClose={() => go('settings')} />}
      {asked?.what === 'members' && <MembersDialog workspaceId={asked.workspace.id} onClose={close} />}
      {asked?.what === 'edit' && <EditWorkspace workspace={asked.workspace} onClose={close} />}
      {asked?.what === 'delete' && <DeleteWorkspaceDialog workspace={asked.workspace} onClose={close} />}
    </Group>
  );
}

interface WorkspaceLineProps {
  readonly workspace: WorkspaceState;
  readonly name: string;
  readonly onAsk: (what: OpenWorkspaceDialog['what']) => void;
}

function Line({ workspace, name, onAsk }: WorkspaceLineProps): ReactNode {
  const { fileCount, usedBytes, quotaBytes, roles } = workspace;
  const keys = useServer((server) => server.keys);
  const members = memberCount(roles, keys);
  return (
    <li>
      <span className={styles.workspaceName} title={name}>
        {name}
      </span>
      <span className={styles.workspaceFacts}>
        {fileCount === 1 ? '1 file' : `${formatCount(fileCount)} files`}, {formatSize(usedBytes)} of{' '}
        {formatSize(quotaBytes)}, {members === 1 ? '1 key' : `${formatCount(members)} keys`}
      </span>
      <span className={styles.workspaceActions}>
        <Tooltip label="Members: who may what">
          <ActionIcon aria-label={`Members of ${name}`} onClick={() => onAsk('members')}>
            <Users size={14} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Rename, change quota">
          <ActionIcon aria-label={`Edit ${name}`} onClick={() => onAsk('edit')}>
            <Pencil size={14} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Delete…">
          <ActionIcon aria-label={`Delete ${name}`} onClick={() => onAsk('delete')}>
            <Trash2 size={14} />
          </ActionIcon>
        </Tooltip>
      </span>
    </li>
  );
}
