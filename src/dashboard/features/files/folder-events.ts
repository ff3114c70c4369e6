import type { HubEvent } from '../../../protocol/events.ts';

/** Whether an event may have changed the list of a folder, or of a level below it. */
export function touchesFolder(event: HubEvent, workspace: string, folder: string): boolean {
  switch (event.type) {
    case 'file.moved':
      return event.workspace === workspace && (isBelow(event.path, folder) || isBelow(event.from, folder));
    case 'file.written':
    case 'file.copied':
    case 'file.deleted':
    case 'file.restored':
      return event.workspace === workspace && isBelow(event.path, folder);
    default:
      return false;
  }
}

/**
 * Whether an event may change a file's receipts: changes of the file, and what agents did with it. If that is
 * uncertain (a tool call names no file) the answer is yes: receipts are read again at most a few times a
 * second.
 */
export function touchesFile(event: HubEvent, workspace: string, fileId: string, path: string): boolean {
  if (!('workspace' in event) || event.workspace !== workspace) return false;
  switch (event.type) {
    case 'file.written':
    case 'file.moved':
    case 'file.copied':
    case 'file.deleted':
    case 'file.restored':
    case 'job.queued':
      return event.fileId === fileId || event.path === path;
    case 'job.started':
    case 'job.succeeded':
    case 'job.failed':
    case 'job.cancelled':
    case 'tool.called':
      return true;
    case 'lock.acquired':
    case 'lock.queued':
    case 'lock.renewed':
    case 'lock.released':
    case 'lock.refused':
      return true; // a reaction may be a lock on another path
    default:
      return false;
  }
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}
