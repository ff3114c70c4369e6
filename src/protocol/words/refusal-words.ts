import type { HubErrorCode } from '../errors.ts';

/** Why something was refused, for people; a code that is not here is shown as it is. */
const words: Partial<Record<HubErrorCode, string>> = {
  forbidden: 'its role does not allow it',
  not_found: 'it sees no such thing',
  key_expired: 'its key has expired',
  key_revoked: 'its key was revoked',
  key_suspended: 'its key is suspended',
  session_unknown: 'the session is none of its own',
  locked: 'another agent holds the lock',
  lock_timeout: 'the wait ran out',
  lock_not_held: 'it does not hold the lock',
  fence_stale: 'its lock was taken by another since',
  deadlock: 'each would wait for the other for ever',
  cancelled: 'it was cancelled',
  conflict: 'it had changed meanwhile',
  quota_exceeded: 'the workspace is full',
  limit_reached: 'a limit is reached',
  rate_limited: 'it asks too often',
  too_large: 'it is too large',
  gone: 'it is no longer there',
  invalid_argument: 'an argument was wrong',
  invalid_path: 'the path was wrong',
  storage_failed: 'the disk refused it',
  timeout: 'it took too long',
};

/** A code of a refusal in words, to follow a colon. */
export function refusalWords(code: HubErrorCode): string {
  return words[code] ?? code;
}
