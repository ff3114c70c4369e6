import { fromWire, HubError } from '../protocol/errors.ts';

/** What was thrown, here or by the hub, as a HubError. */
export function problemOf(error: unknown): HubError {
  if (error instanceof HubError) return error;
  return error instanceof Error ? new HubError('internal', error.message) : fromWire(error);
}
