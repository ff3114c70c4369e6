import type { HubErrorCode } from '../errors.ts';

interface Words {
  /** What it is called where the person's own action was refused: the title of a message. */
  readonly title: string;
  /** Why an agent was refused, to follow a colon. */
  readonly why: string;
}

/** Each refusal in words for people; agents, scripts and logs have its code. */
const words: Readonly<Record<HubErrorCode, Words>> = {
  invalid_argument: { title: 'This cannot be', why: 'an argument was wrong' },
  invalid_path: { title: 'This cannot be a path', why: 'the path was wrong' },
  bad_request: { title: 'The hub did not understand', why: 'the request was malformed' },
  unsupported_media_type: { title: 'The wrong kind of content', why: 'it was the wrong kind of content' },
  too_large: { title: 'Too large', why: 'it is too large' },
  unauthorized: { title: 'Not signed in', why: 'it showed no key that the hub knows' },
  key_expired: { title: 'The key has expired', why: 'its key has expired' },
  key_revoked: { title: 'The key is revoked', why: 'its key was revoked' },
  key_suspended: { title: 'The key is suspended', why: 'its key is suspended' },
  forbidden: { title: 'Not allowed', why: 'its role does not allow it' },
  host_refused: { title: 'This address is refused', why: 'the address is not one of the hub' },
  origin_refused: { title: 'This page is refused', why: 'it came from a page of another site' },
  session_unknown: { title: 'The session is over', why: 'the session is over, or is not its own' },
  not_found: { title: 'Not here (any more)', why: 'it sees no such thing' },
  name_taken: { title: 'The name is taken', why: 'the name is taken' },
  conflict: { title: 'Not as things are now', why: 'it does not fit what is there now' },
  locked: { title: 'Locked', why: 'another agent holds the lock' },
  lock_timeout: { title: 'The wait for the lock ran out', why: 'the wait ran out' },
  lock_not_held: { title: 'The lock is not held (any more)', why: 'it does not hold the lock' },
  fence_stale: { title: 'The lock has gone to another', why: 'its lock was taken by another since' },
  deadlock: { title: 'They would wait for each other', why: 'each would wait for the other for ever' },
  quota_exceeded: { title: 'The workspace is full', why: 'the workspace is full' },
  checksum_mismatch: { title: 'Damaged on the way', why: 'it was damaged on the way' },
  offset_mismatch: { title: 'The upload lost its place', why: 'the upload had lost its place' },
  gone: { title: 'No longer kept', why: 'it is no longer there' },
  timeout: { title: 'It took too long', why: 'it took too long' },
  cancelled: { title: 'Cancelled', why: 'it was cancelled' },
  limit_reached: { title: 'At its limit', why: 'a limit is reached' },
  rate_limited: { title: 'Too many requests', why: 'it asks too often' },
  slow_reader: { title: 'Too slow a reader', why: 'it did not read what was sent to it' },
  unsupported: { title: 'Not supported', why: 'that is not supported' },
  address_refused: { title: 'This address is not fetched from', why: 'nothing is fetched from that address' },
  unreachable: { title: 'The host did not answer', why: 'a host on the network did not answer' },
  unreadable_file: { title: 'The file cannot be read', why: 'the content of the file makes no sense' },
  client_file_unreadable: { title: 'The client’s file cannot be read', why: 'the file of the client makes no sense' },
  client_file_unwritable: { title: 'The client’s file cannot be written', why: 'the file cannot be written' },
  client_file_changed: { title: 'The client’s file was changed', why: 'the file was changed since' },
  client_file_taken: { title: 'Another entry has the name', why: 'another entry has the name' },
  storage_failed: { title: 'The disk refused', why: 'the disk refused it' },
  log_corrupt: { title: 'The log is damaged', why: 'the log is damaged' },
  log_newer: { title: 'The log is of a newer version', why: 'the log is of a newer version' },
  data_dir_held: { title: 'Another hub has the data', why: 'another hub has the data' },
  data_dir_unwritable: { title: 'The data cannot be written', why: 'the data cannot be written' },
  port_in_use: { title: 'The port is in use', why: 'the port is in use' },
  address_unavailable: { title: 'The address cannot be used', why: 'the address cannot be used' },
  hub_closed: { title: 'No connection to the hub', why: 'the hub was closing' },
  hub_away: { title: 'The hub is away', why: 'the hub is away' },
  internal: { title: 'Something went wrong', why: 'something went wrong in the hub' },
};

/** A code of a refusal in words, to follow a colon. */
export function refusalWords(code: HubErrorCode): string {
  return words[code].why;
}

/** What a refusal is called, as a title: a capital, and no full stop. */
export function refusalTitle(code: HubErrorCode): string {
  return words[code].title;
}
