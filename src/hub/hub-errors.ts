import { HubError } from '../protocol/errors.ts';

/** How long the hub waits before it tries the disk again; also the `retryAfterMs` of its refusals. */
export const STORAGE_RETRY_MS = 1000;

/** The disk refuses writes; `reason` is what it says. */
export function storageFailed(reason: string): HubError {
  return new HubError(
    'storage_failed',
    `The hub cannot write to its disk (${reason}). Nothing of this was done; free some space, and try again.`,
    { retryAfterMs: STORAGE_RETRY_MS },
  );
}

/** `hub_closed`: this hub takes no more commands. */
export function hubClosed(): HubError {
  return new HubError('hub_closed', 'The hub is closed; start it again.');
}
