import type { FileRecord, FileVersion } from '../../../protocol/records.ts';
import { useLoad } from '../../ui/use-load.ts';

/** The selected version: the file's current one, or an older one, which is read first. Undefined until then. */
export function useShownVersion(file: FileRecord, version: number | undefined): FileRecord | FileVersion | undefined {
  const isCurrent = version === undefined || version === file.version;
  const load = useLoad(isCurrent ? 'current' : `version ${file.id} ${version}`, async (hub) => {
    if (isCurrent) return undefined;
    let cursor: string | undefined;
    do {
      const page = await hub.fileVersions({ fileId: file.id, limit: 1_000, cursor });
      const found = page.items.find((item) => item.version === version);
      if (found) return found;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return undefined; // purged: the current one is shown
  });
  if (isCurrent) return file;
  return load.status === 'loading' ? undefined : (load.data ?? file);
}
