import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { idOfAgent } from '../../../protocol/agent-id.ts';
import { useAgentName, useServer, useWorkspace } from '../../dashboard-context.tsx';
import { guardingLock } from '../../guarding-lock.ts';
import { agentColor } from '../../theme/agent-hues.ts';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import type { Column } from '../../ui/column.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { DragHandle, useMoveTarget } from './drag-files.tsx';
import { FileIcon, FolderIcon } from './file-icon.tsx';
import type { FileRow } from './file-row.ts';
import styles from './files.module.css';

const name: Column<FileRow> = {
  key: 'name',
  label: 'Name',
  sortable: true,
  width: 'minmax(160px, 1fr)',
  render: (row) => (row.kind === 'folder' ? <FolderName row={row} /> : <FileName row={row} />),
};

type RowOf<K extends FileRow['kind']> = Extract<FileRow, { kind: K }>;

function FileName({ row: { name: text, file } }: { row: RowOf<'file'> }): ReactNode {
  return (
    <span className={styles.name}>
      <DragHandle file={file}>
        <FileIcon mime={file.mime} />
      </DragHandle>
      <span className={styles.nameText}>
        <PathText path={text} />
      </span>
      <LockMark workspace={file.workspace} path={file.path} />
    </span>
  );
}

/** Folders are listed of the selected workspace only. */
function FolderName({ row: { name: text, folder, fileCount } }: { row: RowOf<'folder'> }): ReactNode {
  const workspace = useWorkspace()?.id ?? '';
  const target = useMoveTarget(workspace, folder);
  return (
    <span className={`${styles.name} ${target.className ?? ''}`} {...target.handlers}>
      <FolderIcon />
      <span className={styles.nameText}>
        <PathText path={text} />
      </span>
      <span className={styles.count}>{fileCount === 1 ? '1 file' : `${formatCount(fileCount)} files`}</span>
      <LockMark workspace={workspace} path={`${folder}/`} />
    </span>
  );
}

const size: Column<FileRow> = {
  key: 'size',
  label: 'Size',
  sortable: true,
  width: '72px',
  align: 'end',
  render: (row) => <Mono dim>{formatSize(row.kind === 'folder' ? row.sizeBytes : row.file.sizeBytes)}</Mono>,
};

const version: Column<FileRow> = {
  key: 'version',
  label: 'Version',
  width: '64px',
  align: 'end',
  render: (row) => row.kind === 'file' && <Mono dim>v{row.file.version}</Mono>,
};

const writer: Column<FileRow> = {
  key: 'writer',
  label: 'Written by',
  width: 'minmax(80px, 150px)',
  render: (row) => row.kind === 'file' && <ActorLabel actor={row.file.writtenBy} plain />,
};

const written: Column<FileRow> = {
  key: 'written',
  label: 'Written',
  sortable: true,
  width: '88px',
  render: (row) =>
    row.kind === 'file' && (
      <span className={styles.dim}>
        <TimeAgo at={row.file.writtenAt} />
      </span>
    ),
};

const deleted: Column<FileRow> = {
  key: 'deleted',
  label: 'Deleted',
  sortable: true,
  width: '88px',
  render: (row) =>
    row.kind === 'file' &&
    row.file.deletedAt !== undefined && (
      <span className={styles.dim}>
        <TimeAgo at={row.file.deletedAt} />
      </span>
    ),
};

/** Columns by the available width; the name always keeps its room. */
export const fileColumns = {
  narrow: [name, size, written],
  wide: [name, size, version, writer, written],
  deleted: [name, size, version, deleted],
} as const;

/** The lock on a file or a folder, or on a folder that it is in, in its holder's hue. */
function LockMark({ workspace, path }: { workspace: string; path: string }): ReactNode {
  const lock = useServer(({ locks }) => guardingLock(locks, workspace, path));
  return lock && <HolderMark agent={idOfAgent(lock)} withFolder={lock.path === path ? undefined : lock.path} />;
}

function HolderMark({ agent, withFolder }: { agent: string; withFolder: string | undefined }): ReactNode {
  const holder = useAgentName(agent);
  const words = `Locked by ${holder}${withFolder === undefined ? '' : `, with all of ${withFolder}`}`;
  return (
    <span className={styles.lockMark} style={{ color: agentColor(agent) }} title={words}>
      <Lock size={11} role="img" aria-label={words} />
    </span>
  );
}
