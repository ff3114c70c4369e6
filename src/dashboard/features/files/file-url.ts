import { folderOf } from '../../../protocol/folders-above.ts';
/**
 * The address of a file's bytes, relative to the page: `/files/{workspace}/{path}`, each segment
 * percent-encoded. Without `version` it is the current one. Ranges work.
 */
export function fileUrl(workspace: string, path: string, version?: number): string {
  const segments = [workspace, ...path.split('/')].map(encodeURIComponent).join('/');
  return version === undefined ? `/files/${segments}` : `/files/${segments}?version=${version}`;
}

/** {@link fileUrl} for saving instead of showing. */
export function savingUrl(workspace: string, path: string, version?: number): string {
  return `${fileUrl(workspace, path, version)}${version === undefined ? '?' : '&'}download`;
}

/** The last segment of a path, used as a download's name. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The view above the present one; undefined at the top. */
export function folderAbove({ file, folder, view }: Readonly<Record<string, string>>): { folder?: string } | undefined {
  const shown = file ?? folder;
  if (shown === undefined || shown === '') return view === undefined ? undefined : {};
  const above = folderOf(shown);
  return above === '' ? {} : { folder: above };
}

/** Puts a name into a folder (`''` is the top). */
export function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

export interface Crumb {
  readonly name: string;
  /** The folder that the crumb leads to; `''` for the top. */
  readonly folder: string;
}

/** One crumb for each level of a folder, the top excluded. */
export function crumbsOf(folder: string): readonly Crumb[] {
  if (folder === '') return [];
  const names = folder.split('/');
  return names.map((name, index) => ({ name, folder: names.slice(0, index + 1).join('/') }));
}
