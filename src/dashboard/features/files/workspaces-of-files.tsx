import { Boxes } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import type { Column } from '../../ui/column.ts';
import { Mono } from '../../ui/mono.tsx';
import { Fill, Screen, Toolbar } from '../../ui/panel.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { WorkspaceName } from '../../ui/workspace-column.tsx';
import styles from './files.module.css';

const columns: readonly Column<WorkspaceState>[] = [
  {
    key: 'name',
    label: 'Workspace',
    width: 'minmax(140px, 2fr)',
    render: ({ id }) => (
      <span className={styles.workspaceRow}>
        <Boxes size={15} aria-hidden />
        <WorkspaceName id={id} />
      </span>
    ),
  },
  {
    key: 'files',
    label: 'Files',
    width: '88px',
    align: 'end',
    render: ({ fileCount }) => <Mono dim>{formatCount(fileCount)}</Mono>,
  },
  {
    key: 'size',
    label: 'In use',
    width: '88px',
    align: 'end',
    render: ({ usedBytes }) => <Mono dim>{formatSize(usedBytes)}</Mono>,
  },
  {
    key: 'quota',
    label: 'Quota',
    width: '88px',
    align: 'end',
    render: ({ quotaBytes }) => <Mono dim>{formatSize(quotaBytes)}</Mono>,
  },
];

/** Files of all workspaces: they live in one each, so the workspaces are listed, to be opened. */
export function WorkspacesOfFiles(): ReactNode {
  const workspaces = useServer((server) => server.workspaces);
  const choose = useUi((ui) => ui.chooseWorkspace);
  const rows = [...workspaces.values()].sort((a, b) =>
    workspaceLabel(a, workspaces.values()).localeCompare(workspaceLabel(b, workspaces.values())),
  );
  const files = rows.reduce((sum, { fileCount }) => sum + fileCount, 0);
  return (
    <Screen toolbar={<Toolbar title="Files" count={formatCount(files)} isScoped />}>
      <Fill>
        <VirtualTable
          label="Workspaces"
          rows={rows}
          rowKey={({ id }) => id}
          columns={columns}
          onSelect={({ id }) => choose(id)}
        />
      </Fill>
    </Screen>
  );
}
