import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import { Copy, Download, Expand, FolderInput, Link, MoreHorizontal, RotateCcw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { useUi } from '../../dashboard-context.tsx';
import { useStartJob } from '../../start-job/use-start-job.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { savingUrl, fileName } from './file-url.ts';
import { useFileDialogs } from './use-file-dialogs.tsx';

export interface FileActionsProps {
  readonly file: FileRecord;
  /** Shows the file in the whole pane; absent if it already is. */
  readonly onOpen?: (() => void) | undefined;
  readonly onMoved?: ((file: FileRecord | undefined) => void) | undefined;
}

/** The actions for a file. */
export function FileActions({ file, onOpen, onMoved }: FileActionsProps): ReactNode {
  const { ask, askDelete, dialog } = useFileDialogs(onMoved);
  const select = useUi((ui) => ui.select);
  const { workspace, path, version } = file;
  const jobs = useStartJob({ workspace, path, version }, (jobId) => select({ kind: 'job', jobId }));
  return (
    <Group gap={6} wrap="nowrap">
      {onOpen && (
        <Button leftSection={<Expand size={13} />} onClick={onOpen}>
          Open
        </Button>
      )}
      <Button
        component="a"
        href={savingUrl(file.workspace, file.path)}
        download={fileName(file.path)}
        leftSection={<Download size={13} />}
      >
        Download
      </Button>
      <Tooltip label="Delete…">
        <ActionIcon aria-label="Delete…" onClick={() => askDelete([file])}>
          <Trash2 size={14} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label="More actions">
            <MoreHorizontal size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<FolderInput size={13} />} onClick={() => ask('move', file)}>
            Move or rename…
          </Menu.Item>
          <Menu.Item leftSection={<Copy size={13} />} onClick={() => ask('copy', file)}>
            Copy…
          </Menu.Item>
          <Menu.Item leftSection={<Link size={13} />} onClick={() => ask('link', file)}>
            Create a link…
          </Menu.Item>
          {jobs.items.length > 0 && <Menu.Divider />}
          {jobs.items}
        </Menu.Dropdown>
      </Menu>
      {dialog}
      {jobs.dialog}
    </Group>
  );
}

/** The actions for a deleted file. */
export function DeletedActions({ file, onMoved }: Pick<FileActionsProps, 'file' | 'onMoved'>): ReactNode {
  const { askDelete, dialog } = useFileDialogs(onMoved);
  const { workspace, path, version, id } = file;
  const restore = useAction((hub) => hub.fileRestore({ workspace, path, version, fileId: id }), 'Restored');
  return (
    <Group gap={6} wrap="nowrap">
      <Button leftSection={<RotateCcw size={13} />} loading={restore.isPending} onClick={() => void restore.run()}>
        Restore
      </Button>
      <Button leftSection={<Trash2 size={13} />} onClick={() => askDelete([file])}>
        Delete for good…
      </Button>
      {dialog}
    </Group>
  );
}
