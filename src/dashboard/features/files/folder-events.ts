import type { HubEvent } from '../../../protocol/events.ts';
import { hasNoun } from '../../../protocol/noun.ts';

/** Whether an event may have changed the list of a folder, or of a level below it. */
export function touchesFolder(event: HubEvent, workspace: string, folder: string): boolean {
  if (!hasNoun(event, 'file') || event.workspace !== workspace) return false;
  return isBelow(event.path, folder) || (event.type === 'file.moved' && isBelow(event.from, folder));
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}
