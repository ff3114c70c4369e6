import { ChevronDown, ChevronRight } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { latinKey } from '../../latin-key.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { useChanges } from '../../paging/use-changes.ts';
import { useLivePages } from '../../paging/use-live-pages.ts';
import { useMoveTarget } from './drag-files.tsx';
import { FolderIcon } from './file-icon.tsx';
import { inFolder } from './file-url.ts';
import styles from './files.module.css';

export interface FolderTreeProps {
  readonly workspace: string;
  readonly top: string;
  /** The folder shown in the list. */
  readonly folder: string;
  readonly onGo: (folder: string) => void;
}

/** The folders of a workspace. Arrow keys move and open as in any tree; Enter shows a folder. */
export function FolderTree({ workspace, top, folder, onGo }: FolderTreeProps): ReactNode {
  const tree = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const items = [...(tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: items.length - 1 }[
      latinKey(event.nativeEvent)
    ];
    if (to === undefined) return;
    event.preventDefault();
    items[Math.min(items.length - 1, Math.max(0, to))]?.focus();
  };
  return (
    // The roving focus is on the items; this only handles their keys.
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus
    <div ref={tree} role="tree" aria-label="Folders" className={styles.tree} onKeyDown={onKeyDown}>
      <Node workspace={workspace} name={top} path="" depth={0} shown={folder} onGo={onGo} isOpenAtFirst />
    </div>
  );
}

interface NodeProps {
  readonly workspace: string;
  readonly name: string;
  readonly path: string;
  /** All files below it; unknown of the workspace itself. */
  readonly fileCount?: number;
  readonly depth: number;
  readonly shown: string;
  readonly onGo: (folder: string) => void;
  readonly isOpenAtFirst?: boolean;
}

function Node({ workspace, name, path, fileCount, depth, shown, onGo, isOpenAtFirst = false }: NodeProps): ReactNode {
  const leadsToShown = path === '' || shown === path || shown.startsWith(`${path}/`);
  const [isOpen, setOpen] = useState(isOpenAtFirst || (leadsToShown && shown !== path));
  const isShown = shown === path;
  useEffect(() => {
    if (leadsToShown && shown !== path) setOpen(true);
  }, [leadsToShown, shown, path]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'ArrowRight') setOpen(true);
    else if (event.key === 'ArrowLeft') setOpen(false);
    else if (event.key === 'Enter' || event.key === ' ') onGo(path);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const Twist = isOpen ? ChevronDown : ChevronRight;
  const target = useMoveTarget(workspace, path);
  return (
    <>
      <div
        {...target.handlers}
        role="treeitem"
        aria-level={depth + 1}
        aria-expanded={isOpen}
        aria-selected={isShown}
        tabIndex={isShown ? 0 : -1}
        className={`${styles.treeItem} ${target.className ?? ''}`}
        style={{ paddingLeft: 8 + depth * 14 }}
        onClick={() => onGo(path)}
        onKeyDown={onKeyDown}
      >
        <Twist
          size={12}
          aria-hidden
          className={styles.twist}
          onClick={(event) => {
            event.stopPropagation();
            setOpen(!isOpen);
          }}
        />
        <FolderIcon />
        <span className={styles.nameText} title={name}>
          {name}
        </span>
        {fileCount !== undefined && (
          <span className={styles.treeCount} title={`${formatCount(fileCount)} ${fileCount === 1 ? 'file' : 'files'}`}>
            {formatCount(fileCount)}
          </span>
        )}
      </div>
      {isOpen && <Children workspace={workspace} path={path} depth={depth + 1} shown={shown} onGo={onGo} />}
    </>
  );
}

function Children({ workspace, path, depth, shown, onGo }: Omit<NodeProps, 'name' | 'fileCount'>): ReactNode {
  const changed = useChanges('file', workspace);
  const { items, hasMore, loadMore } = useLivePages(
    `folders ${workspace} ${path}`,
    async (hub, ask) => {
      const { folders, files, nextCursor } = await hub.folder({ workspace, folder: path, ...ask });
      // Folders come first: at the first file there are no more folders.
      const isEnd = files.length > 0 || nextCursor === undefined;
      return { items: folders, ...(isEnd ? {} : { nextCursor }) };
    },
    changed,
  );
  return (
    <div role="group">
      {items.map(({ name, fileCount }) => (
        <Node
          key={name}
          workspace={workspace}
          name={name}
          path={inFolder(path, name)}
          fileCount={fileCount}
          depth={depth}
          shown={shown}
          onGo={onGo}
        />
      ))}
      {hasMore && (
        <button type="button" className={styles.treeMore} style={{ paddingLeft: 22 + depth * 14 }} onClick={loadMore}>
          More folders…
        </button>
      )}
    </div>
  );
}
