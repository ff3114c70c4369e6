import { ask } from '../../../support/wire-client.ts';
import { count } from '../../support/report.ts';
import type { Attack } from './attack.ts';
import { callBody, inTurns, keyAt, openSession } from './agents.ts';
import { largeAnswer } from './large-answers.ts';

const SESSIONS = 120;

/** One large answer as a stream to each of many sessions, all of it read. */
export const keptStreams: Attack = async (site) => {
  const { hub, keys } = site;
  const args = await largeAnswer(site);
  let bytes = 0;
  const { refused } = await inTurns(SESSIONS, 4, async (n) => {
    const session = await openSession(hub.url, keyAt(keys, 0));
    const headers = { ...session, accept: 'text/event-stream' };
    bytes += (await ask(`${hub.url}/mcp`, { headers, body: callBody(n, 'workspace_get', args) })).text.length;
  });
  return { words: `${SESSIONS} answers of ${count(bytes / SESSIONS / 1024)} KiB read, ${refused} refused` };
};
