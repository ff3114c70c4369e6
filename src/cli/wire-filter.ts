import { queryOf } from '../protocol/query/parse.ts';
import { printQuery } from '../protocol/query/print.ts';

/**
 * A filter of frames as it is sent to the hub: its times are those of this machine's clock and zone.
 *
 * @throws HubError `invalid_argument` for one that cannot be understood
 */
export function filterMeant(text: string | undefined): string {
  return text === undefined ? '' : printQuery(queryOf(text, 'frames', Date.now()));
}
