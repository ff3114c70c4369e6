import { FolderOpen } from 'lucide-react';
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { FileRecord, Page } from '../../../protocol/records.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { useUi } from '../../dashboard-context.tsx';
import { useChanges } from '../../paging/use-changes.ts';
import { useLivePages } from '../../paging/use-live-pages.ts';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import type { Marks } from '../../ui/marks.ts';
import type { LiveList } from '../../ui/use-hold.ts';
import { useHeldRows } from '../../ui/use-live-list.ts';
import { useOwnChanges } from '../../ui/use-own-changes.ts';
import { useSameRows } from '../../ui/use-same-rows.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { GoAlong } from './drag-files.tsx';
import { fileColumns } from './file-cells.tsx';
import { fileKey, isSameFileRow, rowOfFile, rowsOfFolder, type FileRow } from './file-row.ts';
import { asGlob } from './find-glob.ts';
import styles from './files.module.css';
import type { ListedFiles } from './listed-files.ts';
import { MarkedBar } from './marked-bar.tsx';
import { useFileDialogs } from './use-file-dialogs.tsx';
import { useSorted } from './use-sorted.ts';
import { folderOf } from '../../../protocol/folders-above.ts';

export interface FolderViewProps {
  readonly workspace: string;
  readonly listed: ListedFiles;
  readonly columns: keyof typeof fileColumns;
  readonly live: LiveList;
}

const keyOf = ({ key }: FileRow): string => key;

const none: ReadonlySet<string> = new Set();

/** The list of a folder, of a search, or of the deleted files. */
export function FolderView({ workspace, listed, columns, live }: FolderViewProps): ReactNode {
  const changed = useChanges('file', workspace);
  const what = `${workspace} ${JSON.stringify(listed)}`;
  const pages = useLivePages<FileRow>(
    what,
    async (hub, ask) => {
      switch (listed.kind) {
        case 'folder': {
          const { nextCursor, ...listing } = await hub.folder({ workspace, folder: listed.folder, ...ask });
          return { items: rowsOfFolder(listed.folder, listing), ...(nextCursor === undefined ? {} : { nextCursor }) };
        }
        case 'found':
          return asRows(await hub.findFiles({ workspace, glob: asGlob(listed.typed), ...ask }));
        case 'deleted':
          return asRows(await hub.deletedFiles({ workspace, ...ask }));
        default:
          return listed satisfies never;
      }
    },
    changed,
    500,
  );
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const closeInspector = useUi((ui) => ui.closeInspector);
  const shown = useSelected('file', (file) => (file.workspace === workspace ? file.path : undefined));
  const { ask, askDelete, dialog } = useFileDialogs();
  const { rows: found, sort, setSort, isPart, order } = useSorted(what, pages, listed.kind);
  const sorted = useSameRows(found, keyOf, isSameFileRow);
  const chosen = useMemo(() => keyOfPath(sorted, listed, shown), [sorted, listed, shown]);
  const list = useHeldRows(live, { selected: chosen, what: order, rows: sorted, rowKey: keyOf, kind: 'pages' });
  const { rows } = list;
  useOwnChanges(live.hold, 'file');
  const [marking, setMarking] = useState({ listed, keys: none });
  const marked = marking.listed === listed ? marking.keys : none;
  const mark = (keys: ReadonlySet<string>): void => setMarking({ listed, keys });
  const markedFiles = useMemo(() => filesOf(rows.filter(({ key }) => marked.has(key))), [rows, marked]);

  if (pages.status === 'failed' && pages.error && pages.items.length === 0) {
    return <ErrorState error={pages.error} onRetry={pages.refresh} />;
  }
  const onSelect = (row: FileRow): void => {
    if (row.kind === 'file') select({ kind: 'file', workspace, path: row.file.path });
    else go('files', { folder: row.folder });
  };
  const onOpen = (row: FileRow): void => {
    if (row.kind !== 'file' || row.file.deletedAt !== undefined) return onSelect(row);
    closeInspector(); // all of it is on the page
    return go('files', { file: row.file.path });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows.find(({ key }) => key === chosen);
    if (event.key === 'Backspace' && listed.kind === 'folder' && listed.folder !== '') {
      go('files', { folder: folderOf(listed.folder) });
    } else if (event.key === 'Delete' && markedFiles.length > 0) askDelete(markedFiles, () => mark(none));
    else if (event.key === 'Delete' && row?.kind === 'file') askDelete([row.file]);
    else if (event.key === 'F2' && row?.kind === 'file' && row.file.deletedAt === undefined) ask('move', row.file);
    else return;
    event.preventDefault();
  };
  return (
    <>
      {/* Keys of the list below, which has the focus. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div style={{ display: 'contents' }} onKeyDown={onKeyDown}>
        <GoAlong value={markedFiles}>
          <VirtualTable
            label={labelOf(listed)}
            {...list}
            columns={fileColumns[columns]}
            sort={sort}
            onSort={setSort}
            marks={{ ...markable, keys: marked, onChange: mark }}
            selected={chosen}
            onSelect={onSelect}
            onOpen={onOpen}
            onEnd={pages.loadMore}
            empty={pages.status === 'loading' ? <PageLoader /> : <Nothing listed={listed} />}
          />
        </GoAlong>
        {isPart && (
          <p className={styles.part} role="note">
            Sorted are the first {formatCount(rows.length)} alone. Find files by name to see fewer.
          </p>
        )}
        <MarkedBar
          files={markedFiles}
          areGone={listed.kind === 'deleted'}
          onDelete={() => askDelete(markedFiles, () => mark(none))}
          onClear={() => mark(none)}
        />
      </div>
      {/* Not within: what is typed into it would come by as keys of the list. */}
      {dialog}
    </>
  );
}

const markable: Pick<Marks<FileRow>, 'canMark' | 'nameOf'> = {
  canMark: ({ kind }) => kind === 'file',
  nameOf: ({ name }) => name,
};

function filesOf(rows: readonly FileRow[]): readonly FileRecord[] {
  return rows.flatMap((row) => (row.kind === 'file' ? [row.file] : []));
}

/** The row of the inspected file. Deleted files are not found by path. */
function keyOfPath(rows: readonly FileRow[], { kind }: ListedFiles, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (kind !== 'deleted') return fileKey(path);
  return rows.find((row) => row.kind === 'file' && row.file.path === path)?.key;
}

function asRows(page: Page<FileRecord>): Page<FileRow> {
  return { ...page, items: page.items.map((file) => rowOfFile(file, true)) };
}

function labelOf(listed: ListedFiles): string {
  switch (listed.kind) {
    case 'folder':
      return listed.folder === '' ? 'Files' : `Files in ${listed.folder}`;
    case 'found':
      return 'Files found';
    case 'deleted':
      return 'Deleted files';
    default:
      return listed satisfies never;
  }
}

function Nothing({ listed }: { listed: ListedFiles }): ReactNode {
  const icon = <FolderOpen size={24} />;
  switch (listed.kind) {
    case 'folder':
      return (
        <EmptyState icon={icon} title={listed.folder === '' ? 'No files yet' : 'Nothing in this folder any more'}>
          Drop files or whole folders here. Agents that watch this workspace are notified at once.
        </EmptyState>
      );
    case 'found':
      return (
        <EmptyState icon={icon} title="Nothing found">
          No path matches <b>{asGlob(listed.typed)}</b>. Globs work too: <b>**/*.md</b> finds every Markdown file.
        </EmptyState>
      );
    case 'deleted':
      return (
        <EmptyState icon={icon} title="No deleted files">
          What is deleted can be brought back from here until it is deleted for good.
        </EmptyState>
      );
    default:
      return listed satisfies never;
  }
}
