import { useCallback } from 'react';
import { useDashboard } from '../dashboard-context.tsx';
import { HubError } from '../../protocol/errors.ts';
import { formatCount } from '../../protocol/words/units.ts';
import { showProblem } from '../ui/use-action.tsx';
import { chosenFiles, droppedFiles } from './dropped-files.ts';

export interface UploadActions {
  /** Takes a drop's files and folders. Call it in the event's handler. */
  readonly drop: (transfer: DataTransfer, workspace: string, folder?: string) => void;
  /** Takes the files of an `<input type="file">`. */
  readonly choose: (files: Iterable<File>, workspace: string, folder?: string) => void;
}

/**
 * Files into a workspace: over tus; in the desktop app by their paths, so that the hub reads
 * them itself, folders and all.
 */
export function useUpload(): UploadActions {
  const { uploads, desktop, store, client } = useDashboard();
  const pathsOf = useCallback(
    (files: readonly File[]): readonly string[] | undefined => {
      if (!desktop || store.getState().server.hub?.localPaths !== true || files.length === 0) return undefined;
      const paths = files.map((file) => desktop.pathOf(file));
      return paths.includes('') ? undefined : paths;
    },
    [desktop, store],
  );
  const drop = useCallback(
    (transfer: DataTransfer, workspace: string, folder = '') => {
      const paths = pathsOf([...transfer.files]);
      if (paths)
        client.api.localFiles({ paths }).then((found) => uploads.addLocal(found, workspace, folder), showProblem);
      else {
        droppedFiles(transfer).then(({ files, unreadable }) => {
          uploads.add(files, workspace, folder);
          if (unreadable.length > 0) showProblem(unreadableProblem(unreadable));
        }, showProblem);
      }
    },
    [uploads, client, pathsOf],
  );
  const choose = useCallback(
    (files: Iterable<File>, workspace: string, folder = '') => {
      const chosen = chosenFiles(files);
      const paths = pathsOf(chosen.map(({ file }) => file));
      if (!paths) return uploads.add(chosen, workspace, folder);
      const found = chosen.map(({ file, path }, n) => ({ file: paths[n] ?? '', path, sizeBytes: file.size }));
      uploads.addLocal(found, workspace, folder);
    },
    [uploads, pathsOf],
  );
  return { drop, choose };
}

const MOST_NAMED = 5;

/** One notice for a whole drop. */
function unreadableProblem(paths: readonly string[]): HubError {
  const more = paths.length - MOST_NAMED;
  const named = paths.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '');
  return new HubError('unreadable_file', `Not uploaded, for the browser could not read it: ${named}.`);
}
