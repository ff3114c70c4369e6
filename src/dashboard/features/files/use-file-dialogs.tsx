import { useState, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { useUi } from '../../dashboard-context.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { PathDialog } from './path-dialog.tsx';

export interface FileDialogs {
  readonly ask: (what: 'move' | 'copy' | 'link', file: FileRecord) => void;
  readonly askDelete: (files: readonly FileRecord[], onDone?: () => void) => void;
  /** Rendered by the caller. */
  readonly dialog: ReactNode;
}

type OpenFileDialog =
  | { readonly what: 'move' | 'copy' | 'link'; readonly file: FileRecord }
  | { readonly what: 'delete'; readonly files: readonly FileRecord[]; readonly onDone: (() => void) | undefined };

/**
 * The dialogs for files. A moved or copied file is selected afterwards, or shown by the caller.
 *
 * @param onMoved called with a file's new place; undefined: it was deleted
 */
export function useFileDialogs(onMoved?: (file: FileRecord | undefined) => void): FileDialogs {
  const [asked, setAsked] = useState<OpenFileDialog>();
  const select = useUi((ui) => ui.select);
  const closeInspector = useUi((ui) => ui.closeInspector);
  const close = (): void => setAsked(undefined);
  const dialog =
    asked === undefined ? null : asked.what === 'delete' ? (
      <DeleteDialog
        files={asked.files}
        onClose={close}
        onDone={() => {
          closeInspector();
          onMoved?.(undefined);
          asked.onDone?.();
        }}
      />
    ) : asked.what === 'link' ? (
      <LinkDialog file={asked.file} onClose={close} />
    ) : (
      <PathDialog
        file={asked.file}
        what={asked.what}
        onClose={close}
        onDone={(file) => {
          // A page that follows the file needs no inspector for it.
          if (asked.what === 'move' && onMoved) onMoved(file);
          else select({ kind: 'file', workspace: file.workspace, path: file.path });
        }}
      />
    );
  return {
    ask: (what, file) => setAsked({ what, file }),
    askDelete: (files, onDone) => setAsked({ what: 'delete', files, onDone }),
    dialog,
  };
}
