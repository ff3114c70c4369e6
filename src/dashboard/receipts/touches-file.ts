import type { HubEvent } from '../../protocol/events.ts';
import { hasNoun } from '../../protocol/noun.ts';

/**
 * Whether an event may change a file's receipts: changes of the file, and what agents did with it. If that is
 * uncertain (a tool call names no file, a reaction may be a lock on another path) the answer is yes: receipts
 * are read again at most a few times a second.
 */
export function touchesFile(event: HubEvent, workspace: string, fileId: string, path: string): boolean {
  if (!('workspace' in event) || event.workspace !== workspace) return false;
  if (hasNoun(event, 'file') || event.type === 'job.queued') return event.fileId === fileId || event.path === path;
  return hasNoun(event, 'job') || hasNoun(event, 'lock') || event.type === 'tool.called';
}
