import { useCallback } from 'react';
import { useDashboard } from '../dashboard-context.tsx';
import { showProblem } from '../ui/use-action.tsx';
import { chosenFiles, droppedFiles } from './dropped-files.ts';

export interface UploadActions {
  /** Takes a drop's files and folders. Call it in the event's handler. */
  readonly drop: (transfer: DataTransfer, workspace: string, folder?: string) => void;
  /** Takes the files of an `<input type="file">`. */
  readonly choose: (files: Iterable<File>, workspace: string, folder?: string) => void;
}

/**
 * Files into a workspace: over tus; in the desktop app by their paths, so that the hub copies
 * them itself, folders and all.
 */
export function useUpload(): UploadActions {
  const { uploads, desktop, store, client } = useDashboard();
  const byPath = useCallback(
    (files: readonly File[], workspace: string, folder: string): boolean => {
      if (!desktop || store.getState().server.hub?.localPaths !== true) return false;
      const paths = files.map((file) => desktop.pathOf(file));
      if (paths.length === 0 || paths.includes('')) return false;
      client.api.importPaths(workspace, folder, paths).catch(showProblem);
      return true;
    },
    [desktop, store, client],
  );
  const drop = useCallback(
    (transfer: DataTransfer, workspace: string, folder = '') => {
      if (byPath([...transfer.files], workspace, folder)) return;
      droppedFiles(transfer).then((files) => uploads.add(files, workspace, folder), showProblem);
    },
    [uploads, byPath],
  );
  const choose = useCallback(
    (files: Iterable<File>, workspace: string, folder = '') => {
      const list = [...files];
      if (!byPath(list, workspace, folder)) uploads.add(chosenFiles(list), workspace, folder);
    },
    [uploads, byPath],
  );
  return { drop, choose };
}
