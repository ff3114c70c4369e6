/** The key of a path's lock in `HubState.locks`. Neither ids nor paths contain a newline. */
export function lockKey(workspace: string, path: string): string {
  return `${workspace}\n${path}`;
}
