import { HubError } from '../../../protocol/errors.ts';
import type { Wire } from '../../../protocol/wire-names.ts';

/** Longest part of an id from outside that is repeated, in characters. */
const MOST_SHOWN = 40;

/** The refusal of a session that does not exist (any more), or is another key's. */
export function sessionUnknown(id: string, wire: Wire): HubError {
  const again = wire === 'sse' ? ' with GET /sse' : ': send initialize without Mcp-Session-Id';
  const shown = JSON.stringify(id.slice(0, MOST_SHOWN));
  return new HubError('session_unknown', `There is no session ${shown} (any more). Open a new one${again}.`);
}
