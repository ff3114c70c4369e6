/** Where the bytes of a file version are: a GET with the same bearer key, ranges allowed. */
export function downloadUrl(base: string, workspace: string, path: string, version: number): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${base}/files/${encodeURIComponent(workspace)}/${encoded}?version=${version}`;
}
