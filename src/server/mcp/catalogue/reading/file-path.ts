import { normalizePath } from '../../../../hub/paths/path.ts';
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
