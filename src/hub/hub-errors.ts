import { HubError, messageOf } from '../protocol/errors.ts';

/** How long the hub waits before it tries the disk again; also the `retryAfterMs` of its refusals. */
export const STORAGE_RETRY_MS = 1000;

/** The disk refuses writes; `reason` is what it says. */
export function storageFailed(reason: string): HubError {
  const advice = isFullDisk(reason) ? 'free some space, and try again.' : 'see to the disk, and try again.';
  return new HubError(
    'storage_failed',
    `The hub cannot write to its disk (${reason}). Nothing of this was done; ${advice}`,
    { retryAfterMs: STORAGE_RETRY_MS },
  );
}

/** Whether an error, or its text, says that there is no room: SQLite has no other way to say it. */
export function isFullDisk(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  return /\b(?:is full|ENOSPC|EDQUOT)\b/u.test(messageOf(error));
}

/** `hub_closed`: this hub takes no more commands. */
export function hubClosed(): HubError {
  return new HubError('hub_closed', 'The hub is closed; start it again.');
}
