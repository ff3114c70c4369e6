import { Button } from '@mantine/core';
import { useDebouncedValue, useElementSize } from '@mantine/hooks';
import { ArchiveRestore, ArrowLeft, FolderPlus, Upload } from 'lucide-react';
import { memo, useCallback, useMemo, useState, type ReactNode } from 'react';
import { useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { JobMenu } from '../../start-job/job-menu.tsx';
import { useUpload } from '../../uploads/use-upload.ts';
import { FilterBox } from '../../ui/filter-box.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Fill, Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useHold } from '../../ui/use-hold.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { FilePage } from './file-page.tsx';
import { fileName } from './file-url.ts';
import styles from './files.module.css';
import { FolderTree } from './folder-tree.tsx';
import { FolderView } from './folder-view.tsx';
import type { ListedFiles } from './listed-files.ts';
import { passageIn } from './shown-passage.ts';
import { QuotaBar } from './quota-bar.tsx';
import { UploadMenu } from './upload-menu.tsx';
import { UploadTray } from './upload-tray.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { WorkspacesOfFiles } from './workspaces-of-files.tsx';
import { folderOf } from '../../../protocol/folders-above.ts';

/** The files of the selected workspace: folders, search, deleted files, and a page for a file. */
export function FilesScreen(): ReactNode {
  const workspace = useWorkspace();
  const isMany = useServer(({ workspaces }) => workspaces.size > 1);
  const isAll = useUi((ui) => ui.isAllWorkspaces) && isMany;
  if (!workspace) {
    return (
      <Screen toolbar={<Toolbar title="Files" />}>
        <EmptyState icon={<FolderPlus size={24} />} title="There is no workspace">
          Create one in Settings: files live in workspaces.
        </EmptyState>
      </Screen>
    );
  }
  if (isAll) return <WorkspacesOfFiles />;
  return <WorkspaceFiles key={workspace.id} id={workspace.id} name={workspace.name} />;
}

const Tree = memo(FolderTree);
const List = memo(FolderView);
const LazyFilePage = memo(FilePage);

/** The workspace object changes with each write (its usage does): only what shows that asks for it. */
const WorkspaceFiles = memo(function WorkspaceFiles({ id, name }: { id: string; name: string }): ReactNode {
  const params = useUi((ui) => ui.params);
  const go = useUi((ui) => ui.go);
  const { drop, choose } = useUpload();
  const { ref, width } = useElementSize();
  const [typed, setTyped] = useState('');
  const [sought] = useDebouncedValue(typed.trim(), 150);

  const { file } = params;
  const folder = file === undefined ? (params['folder'] ?? '') : folderOf(file);
  const isDeleted = params['view'] === 'deleted';
  const listed = useMemo<ListedFiles>(() => {
    if (sought !== '') return { kind: 'found', typed: sought };
    return isDeleted ? { kind: 'deleted' } : { kind: 'folder', folder };
  }, [sought, isDeleted, folder]);
  const live = useHold(useSelected('file', (chosen) => (chosen.workspace === id ? chosen.path : undefined)));
  const isPage = file !== undefined && sought === '';
  const passage = useMemo(() => passageIn(params), [params]);
  // Files dropped on a list across folders go to the top folder.
  const target = listed.kind === 'folder' ? folder : '';
  const { isOver, handlers } = useFileDrop((transfer) => drop(transfer, id, target));
  const goTo = useCallback((to: string) => go('files', to === '' ? {} : { folder: to }), [go]);

  return (
    <Screen
      toolbar={
        <Toolbar
          title="Files"
          count={<FileCount workspace={id} />}
          isScoped
          actions={
            <>
              {!isPage && <FollowControl hold={live.hold} />}
              {!isPage && listed.kind === 'folder' && (
                <JobMenu on={{ source: 'folder', workspace: id, path: `${folder}/` }} />
              )}
              <Button
                leftSection={<ArchiveRestore size={13} />}
                aria-pressed={isDeleted}
                variant={isDeleted ? 'light' : 'default'}
                onClick={() => go('files', isDeleted ? {} : { view: 'deleted' })}
              >
                Deleted files
              </Button>
              <UploadMenu onChoose={(files) => choose(files, id, target)} />
            </>
          }
        >
          <FilterBox value={typed} onChange={setTyped} label="Find by name or glob" />
        </Toolbar>
      }
    >
      <div className={styles.path}>
        {sought !== '' ? (
          <span className={styles.crumbLeaf}>Found in {name}</span>
        ) : isDeleted ? (
          <Button variant="subtle" color="gray" leftSection={<ArrowLeft size={13} />} onClick={() => goTo('')}>
            Deleted files of {name}
          </Button>
        ) : (
          <Breadcrumbs
            top={name}
            folder={folder}
            {...(file === undefined ? {} : { leaf: fileName(file) })}
            onGo={goTo}
          />
        )}
        <Quota workspace={id} />
      </div>
      <div ref={ref} className={styles.screen} {...handlers}>
        {isPage ? (
          <Fill>
            <LazyFilePage workspace={id} path={file} version={versionOf(params['version'])} passage={passage} />
          </Fill>
        ) : (
          <>
            {width >= 720 && listed.kind === 'folder' && <Tree workspace={id} top={name} folder={folder} onGo={goTo} />}
            <Fill>
              <List
                workspace={id}
                listed={listed}
                live={live}
                columns={listed.kind === 'deleted' ? 'deleted' : width >= 860 ? 'wide' : 'narrow'}
              />
            </Fill>
          </>
        )}
        {isOver && (
          <div className={styles.dropping}>
            <Upload size={24} aria-hidden />
            Drop to upload to {target === '' ? name : target}
          </div>
        )}
      </div>
      <UploadTray workspace={id} />
    </Screen>
  );
});

function FileCount({ workspace }: { workspace: string }): ReactNode {
  const count = useServer(({ workspaces }) => workspaces.get(workspace)?.fileCount ?? 0);
  return `${formatCount(count)} ${count === 1 ? 'file' : 'files'}`;
}

function Quota({ workspace }: { workspace: string }): ReactNode {
  const found = useServer(({ workspaces }) => workspaces.get(workspace));
  return found && <QuotaBar workspace={found} />;
}

function versionOf(text: string | undefined): number | undefined {
  const version = Number(text);
  return Number.isInteger(version) && version > 0 ? version : undefined;
}
