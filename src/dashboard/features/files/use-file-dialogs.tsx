import { useState, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { useUi } from '../../dashboard-context.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { PathDialog } from './path-dialog.tsx';

export type FileDialog = 'move' | 'copy' | 'delete';

export interface FileDialogs {
  readonly ask: (what: FileDialog, file: FileRecord) => void;
  /** To be put somewhere in the tree. */
  readonly dialog: ReactNode;
}

/**
 * The dialogs that act on a file. What moved or was copied is selected afterwards, or shown by the page that hears of it.
 *
 * @param onMoved hears where a file has gone; undefined: it was deleted
 */
export function useFileDialogs(onMoved?: (file: FileRecord | undefined) => void): FileDialogs {
  const [asked, setAsked] = useState<{ what: FileDialog; file: FileRecord }>();
  const select = useUi((ui) => ui.select);
  const closeInspector = useUi((ui) => ui.closeInspector);
  const close = (): void => setAsked(undefined);
  const dialog =
    asked === undefined ? null : asked.what === 'delete' ? (
      <DeleteDialog
        file={asked.file}
        onClose={close}
        onDone={() => {
          closeInspector();
          onMoved?.(undefined);
        }}
      />
    ) : (
      <PathDialog
        file={asked.file}
        what={asked.what}
        onClose={close}
        onDone={(file) => {
          // A page that goes along with the file needs no inspector of it.
          if (asked.what === 'move' && onMoved) onMoved(file);
          else select({ kind: 'file', workspace: file.workspace, path: file.path });
        }}
      />
    );
  return { ask: (what, file) => setAsked({ what, file }), dialog };
}
