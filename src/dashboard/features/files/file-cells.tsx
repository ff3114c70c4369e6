import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useKeyName, useServer, useWorkspace } from '../../dashboard-context.tsx';
import { guardingLock } from '../../guarding-lock.ts';
import { agentColor } from '../../theme/agent-hues.ts';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import type { Column } from '../../ui/column.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { FileIcon, FolderIcon } from './file-icon.tsx';
import type { FileRow } from './file-row.ts';
import styles from './files.module.css';

const name: Column<FileRow> = {
  key: 'name',
  label: 'Name',
  sortable: true,
  width: 'minmax(160px, 1fr)',
  render: (row) => (
    <span className={styles.name}>
      {row.kind === 'folder' ? <FolderIcon /> : <FileIcon mime={row.file.mime} />}
      <span className={styles.nameText}>
        <PathText path={row.name} />
      </span>
      {row.kind === 'folder' && (
        <span className={styles.count}>{row.fileCount === 1 ? '1 file' : `${formatCount(row.fileCount)} files`}</span>
      )}
      {row.kind === 'folder' ? (
        <FolderLockMark folder={row.folder} />
      ) : (
        <LockMark workspace={row.file.workspace} path={row.file.path} />
      )}
    </span>
  ),
};

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
  return lock && <HolderMark keyId={lock.keyId} withFolder={lock.path === path ? undefined : lock.path} />;
}

/** Folders are listed of the selected workspace only. */
function FolderLockMark({ folder }: { folder: string }): ReactNode {
  const workspace = useWorkspace();
  return workspace && <LockMark workspace={workspace.id} path={`${folder}/`} />;
}

function HolderMark({ keyId, withFolder }: { keyId: string; withFolder: string | undefined }): ReactNode {
  const holder = useKeyName(keyId);
  const words = `Locked by ${holder}${withFolder === undefined ? '' : `, with all of ${withFolder}`}`;
  return (
    <span className={styles.lockMark} style={{ color: agentColor(keyId) }} title={words}>
      <Lock size={11} role="img" aria-label={words} />
    </span>
  );
}
