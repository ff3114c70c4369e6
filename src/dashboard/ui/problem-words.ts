import type { HubError, HubErrorCode } from '../../protocol/errors.ts';

/** What each refusal is called where people see it; agents and logs have its code. */
const titles: Readonly<Record<HubErrorCode, string>> = {
  invalid_argument: 'This cannot be',
  invalid_path: 'This cannot be a path',
  bad_request: 'The hub did not understand',
  unsupported_media_type: 'The wrong kind of content',
  too_large: 'Too large',
  unauthorized: 'Not signed in',
  key_expired: 'The key has expired',
  key_revoked: 'The key is revoked',
  key_suspended: 'The key is suspended',
  forbidden: 'Not allowed',
  host_refused: 'This address is refused',
  origin_refused: 'This page is refused',
  session_unknown: 'The session is over',
  not_found: 'Not here (any more)',
  name_taken: 'The name is taken',
  conflict: 'Not as things are now',
  locked: 'Locked',
  lock_timeout: 'The wait for the lock ran out',
  lock_not_held: 'The lock is not held (any more)',
  fence_stale: 'The lock has gone to another',
  deadlock: 'They would wait for each other',
  quota_exceeded: 'The workspace is full',
  checksum_mismatch: 'Damaged on the way',
  offset_mismatch: 'The upload lost its place',
  gone: 'No longer kept',
  timeout: 'It took too long',
  cancelled: 'Cancelled',
  limit_reached: 'At its limit',
  rate_limited: 'Too many requests',
  slow_reader: 'Too slow a reader',
  unreadable_file: 'The file cannot be read',
  storage_failed: 'The disk refused',
  log_corrupt: 'The log is damaged',
  log_newer: 'The log is of a newer version',
  data_dir_held: 'Another hub has the data',
  data_dir_unwritable: 'The data cannot be written',
  port_in_use: 'The port is in use',
  address_unavailable: 'The address cannot be used',
  hub_closed: 'No connection to the hub',
  internal: 'Something went wrong',
};

export interface ProblemWords {
  readonly title: string;
  /** Empty where the title says it all. */
  readonly text: string;
}

/** A refusal in words for people. */
export function problemWords({ code, message }: HubError): ProblemWords {
  return { title: titles[code], text: withoutToolNames(message) };
}

/** A refusal in one piece, where it stands at a field or in a line. */
export function problemLine(problem: HubError): string {
  const { title, text } = problemWords(problem);
  return text === '' ? `${title}.` : text;
}

/**
 * The hub's messages also tell agents what to call next. Clauses that name a tool or its arguments
 * (`lock_acquire`, `wait_ms`) mean nothing at the desk and are left out, unless the name is quoted: then it is
 * of a file or a workspace.
 */
function withoutToolNames(message: string): string {
  const clauses = message.split(/(?<=[.;!?:])\s+/u);
  const kept = clauses.filter((clause) => !/\b[a-z]+(?:_[a-z]+)+\b/u.test(clause.replaceAll(/"[^"]*"|`[^`]*`/gu, '')));
  return kept.join(' ').replace(/[;:]$/u, '.').trim();
}
