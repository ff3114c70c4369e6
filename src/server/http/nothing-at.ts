import { HubError } from '../../protocol/errors.ts';
import { shortened } from '../shortened.ts';

/** The answer at an address that leads nowhere. */
export function nothingAt(method: string, path: string): HubError {
  return new HubError(
    'not_found',
    `There is nothing for ${method} at ${shortened(path, 200)}: agents connect to /sse or /mcp, people open /.`,
  );
}
