import { createContext, use, useState, type DOMAttributes, type DragEvent, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { useAction } from '../../ui/use-action.tsx';
import styles from './drag-files.module.css';
import { MOVED_FILES, movesInto, readMoved, type MovedFile } from './moves-into.ts';
import { withEach } from './with-each.ts';

/** The files that are dragged together: all marked ones where the dragged file is marked. */
export const GoAlong = createContext<readonly FileRecord[]>([]);

/** The icon of a file, by which it is dragged to a folder; the text beside it can still be selected. */
export function DragHandle({ file, children }: { file: FileRecord; children: ReactNode }): ReactNode {
  const marked = use(GoAlong);
  if (file.deletedAt !== undefined) return children;
  const onDragStart = (event: DragEvent<HTMLElement>): void => {
    const files = marked.some(({ id }) => id === file.id) ? marked : [file];
    const moved = files.map(({ workspace, path }): MovedFile => ({ workspace, path }));
    event.dataTransfer.setData(MOVED_FILES, JSON.stringify(moved));
    event.dataTransfer.effectAllowed = 'move';
    const row = event.currentTarget.closest('[role="row"]');
    if (row) event.dataTransfer.setDragImage(row, 12, 12);
  };
  return (
    <span className={styles.handle} draggable title="Drag to a folder, or press F2" onDragStart={onDragStart}>
      {children}
    </span>
  );
}

export interface MoveTarget {
  /** Whether files are held over it now. */
  readonly isOver: boolean;
  readonly handlers: Pick<DOMAttributes<HTMLElement>, 'onDragOver' | 'onDragLeave' | 'onDrop'>;
  /** Shows that they are. */
  readonly className: string | undefined;
}

/** Takes files of the workspace that are dropped on a folder (`''` is the top). */
export function useMoveTarget(workspace: string, folder: string): MoveTarget {
  const [isOver, setOver] = useState(false);
  const move = useAction(
    async (hub, files: readonly MovedFile[]) => {
      const moves = movesInto(files, { workspace, folder });
      await withEach(moves, (each) => hub.fileMove(each));
      return moves.length;
    },
    (count) => movedWords(count, folder),
  );
  return {
    isOver,
    className: isOver ? styles.over : undefined,
    handlers: {
      onDragOver(event) {
        if (!event.dataTransfer.types.includes(MOVED_FILES)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop(event) {
        setOver(false);
        const text = event.dataTransfer.getData(MOVED_FILES);
        if (text === '') return;
        event.preventDefault();
        void move.run(readMoved(text));
      },
    },
  };
}

function movedWords(count: number, folder: string): string {
  const where = folder === '' ? 'the top' : folder;
  if (count === 0) return `It is in ${where} already`;
  return count === 1 ? `Moved to ${where}` : `${formatCount(count)} files moved to ${where}`;
}
