import { normalizeLockPath, normalizePath } from '../../../../hub/paths/path.ts';
import { HubError } from '../../../../protocol/errors.ts';

/**
 * A path as the hub keeps it, so that what is looked up and what is shown are the same name.
 * @throws HubError `invalid_path`
 */
export function filePath(text: string): string {
  const path = normalizePath(text);
  if (path instanceof HubError) throw path;
  return path;
}

/**
 * The path of a lock as the hub keeps it: a file's, or a folder's with a slash at its end.
 * @throws HubError `invalid_path`
 */
export function lockPath(text: string): string {
  const path = normalizeLockPath(text);
  if (path instanceof HubError) throw path;
  return path;
}
