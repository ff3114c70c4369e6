/** The folders that a path is in, the top one first, each with its slash: `a/` and `a/b/` of `a/b/c.txt`. */
export function foldersAbove(path: string): readonly string[] {
  const found: string[] = [];
  for (let end = path.indexOf('/'); end !== -1 && end < path.length - 1; end = path.indexOf('/', end + 1)) {
    found.push(path.slice(0, end + 1));
  }
  return found;
}

/** The folder that a path lies in, without its slash: `''` for the top, `a/b` for `a/b/c.txt`. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
