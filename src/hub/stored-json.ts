import { HubError } from '../protocol/errors.ts';

/**
 * Parses what the hub has stored as JSON. Throws `log_corrupt` for what is none: SQLite has no checksums, so bytes
 * that a disk changed come back as they are.
 */
export function storedJson(value: unknown): unknown {
  try {
    if (typeof value === 'string') return JSON.parse(value);
  } catch {
    // below
  }
  throw new HubError(
    'log_corrupt',
    'hub.db is damaged: what it has there is not what the hub wrote. Stop the hub and run "signalbox audit recover" with the same --data-dir: it makes the file anew from its events.',
  );
}
