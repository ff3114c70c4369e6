import { foldersAbove } from '../protocol/folders-above.ts';
import { placeKey } from '../protocol/place-key.ts';
import type { LockState } from '../protocol/state.ts';

/** The lock that guards a path: its own, or that of a folder that it is in. A folder's path ends in a slash. */
export function guardingLock(
  locks: ReadonlyMap<string, LockState>,
  workspace: string,
  path: string,
): LockState | undefined {
  for (const place of [path, ...foldersAbove(path)]) {
    const lock = locks.get(placeKey(workspace, place));
    if (lock) return lock;
  }
  return undefined;
}
