import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { call, keyAt, openAgent } from './agents.ts';
import { largeAnswer } from './large-answers.ts';
import { RawSse } from '../../support/raw-sse.ts';

const TRIES = 20;
/** At once: more than a stream may leave unread. */
const CALLS = 6;

/** An honest agent that reads at once, and asks for large answers while files are written. */
export const fastReader: Attack = async (site) => {
  const args = await largeAnswer(site);
  const writer = await openAgent(site, 1);
  let [isOver, cut] = [false, 0];
  const writing = (async () => {
    for (let n = 0; !isOver; n++) await call(writer, 'file_write', { path: 'busy.txt', text: `${n}` });
  })();
  const uri = `signalbox://workspaces/${site.hub.workspace}/events`;
  for (let n = 0; n < TRIES; n++) {
    const reader = await RawSse.open(new URL('/sse', site.hub.url), keyAt(site.keys, 0));
    try {
      await reader.request('resources/subscribe', { uri });
      const params = { name: 'workspace_get', arguments: args };
      await Promise.all(Array.from({ length: CALLS }, () => reader.requestText('tools/call', params)));
    } catch {
      cut++;
    }
    reader.close();
    await sleep(50);
  }
  isOver = true;
  await writing;
  writer.close();
  const words = `${CALLS} large answers at once to one that reads: cut off in ${cut} of ${TRIES} tries`;
  return cut === 0 ? { words } : { words, harm: 'cut off' };
};
