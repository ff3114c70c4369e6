import type { ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import { useAction } from '../../ui/use-action.tsx';
import { memberCount } from './member-rows.ts';
import styles from './settings.module.css';

/** Asks for the workspace's name before deleting it with all its contents. */
export function DeleteWorkspaceDialog({
  workspace,
  onClose,
}: {
  workspace: WorkspaceState;
  onClose: () => void;
}): ReactNode {
  const { name, fileCount, roles } = workspace;
  const remove = useAction(
    (hub) => hub.workspaceDelete({ workspace: workspace.id, confirm: name }),
    `${name} is deleted`,
  );
  const keys = useServer((server) => server.keys);
  const agents = memberCount(roles, keys);
  return (
    <ConfirmDialog
      isOpen
      title={`Delete ${name}`}
      confirm="Delete workspace"
      typeToConfirm={name}
      isPending={remove.isPending}
      onClose={onClose}
      onConfirm={() => {
        void remove.run().then((done) => done === true && onClose());
      }}
    >
      <p className={styles.text}>
        {fileCount === 1 ? 'Its file' : `Its ${formatCount(fileCount)} files`} with all versions, its locks and its jobs
        go with it{agents > 0 ? `, and ${agents === 1 ? 'the key' : `the ${agents} keys`} that may use it lose it` : ''}
        . The audit keeps what happened. This cannot be undone.
      </p>
    </ConfirmDialog>
  );
}
