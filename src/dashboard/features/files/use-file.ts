import type { FileRecord } from '../../../protocol/records.ts';
import { useChanges } from '../../paging/use-changes.ts';
import { useLoad, type Load } from '../../ui/use-load.ts';

/** The file at a path, loaded again after changes of files there. */
export function useFile(workspace: string, path: string): Load<FileRecord> {
  const changed = useChanges('file', workspace);
  return useLoad(`file ${workspace} ${path}`, (hub) => hub.file({ workspace, path }), changed);
}
