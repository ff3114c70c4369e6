/**
 * The key of a path in a workspace, for maps: the locks of `HubState`, and files by where they are.
 * Neither workspace ids nor paths contain a newline.
 */
export function placeKey(workspace: string, path: string): string {
  return `${workspace}\n${path}`;
}
