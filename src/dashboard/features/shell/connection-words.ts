import type { Connection } from '../../server-slice.ts';
import type { Tone } from '../../ui/tone.ts';
import { formatDuration } from '../../../protocol/words/units.ts';

/** After this long without a connection it is called lost; the page goes on trying. */
const LOST_MS = 30_000;

/** The connection's state in words and colour. `now` is this machine's clock, in ms. */
export function connectionWords(connection: Connection, now: number): { readonly tone: Tone; readonly text: string } {
  switch (connection.status) {
    case 'live':
      return connection.quietSince === undefined
        ? { tone: 'proceed', text: 'Connected' }
        : {
            tone: 'waiting',
            text: `The hub has not answered for ${secondsOf(now - connection.quietSince)}`,
          };
    case 'connecting':
      return { tone: 'waiting', text: 'Connecting' };
    case 'reconnecting': {
      const { since, retryAt } = connection;
      const next =
        retryAt === undefined || retryAt <= now ? 'trying now' : `next try in ${Math.ceil((retryAt - now) / 1_000)} s`;
      return now - since >= LOST_MS
        ? { tone: 'refused', text: `Connection lost ${formatDuration(now - since)} ago, ${next}` }
        : { tone: 'waiting', text: `Reconnecting, ${next}` };
    }
    case 'unauthorized':
      return { tone: 'refused', text: 'Not logged in' };
    case 'outdated':
      return { tone: 'refused', text: 'The hub has another version' };
    default:
      return connection satisfies never;
  }
}

/** Whole seconds: this is counted until the connection is given up. */
function secondsOf(ms: number): string {
  return `${Math.max(1, Math.floor(ms / 1_000))} s`;
}
