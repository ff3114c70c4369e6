import { normalizePath } from '../../../../hub/paths/path.ts';
import type { NamedFile } from './tool.ts';

/** A file as arguments have it: the path as the agent wrote it, or none. */
export interface FileArguments {
  readonly path?: string | undefined;
  readonly version?: number | undefined;
}

/** For a tool whose arguments name no single file. */
export function namesNoFile(): readonly FileArguments[] {
  return [];
}

/** For a tool that is about the file at `path`, in `version` where it has that argument. */
export function namesFile({ path, version }: FileArguments): readonly FileArguments[] {
  return [{ path, version }];
}

/** The files with their paths as the hub keeps them; what is no path is left out. */
export function normalized(files: readonly FileArguments[]): readonly NamedFile[] {
  return files.flatMap(({ path: given, version }) => {
    const path = given === undefined ? undefined : normalizePath(given);
    return typeof path === 'string' ? [{ path, version }] : [];
  });
}
