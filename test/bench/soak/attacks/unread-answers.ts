import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { callBody, deafSocket, keyAt, openSession, postText } from './agents.ts';
import { largeAnswer } from './large-answers.ts';

const CLIENTS = 150;
/** One behind the other on each connection, as many as a hub takes. */
const CALLS = 8;
const LASTS_MS = 20_000;

/** Large answers as JSON that nobody reads. */
export const unreadAnswers: Attack = async (site) => {
  const { hub, keys } = site;
  const args = await largeAnswer(site);
  const session = await openSession(hub.url, keyAt(keys, 0));
  const headers = { ...session, accept: 'application/json' };
  const sockets = [];
  for (let n = 0; n < CLIENTS; n++) {
    const calls = Array.from({ length: CALLS }, (_, at) => callBody(n * CALLS + at, 'workspace_get', args));
    sockets.push(deafSocket(hub.url, calls.map((body) => postText(hub.url, headers, body)).join('')));
    if (n % 10 === 9) await sleep(100);
  }
  await sleep(LASTS_MS);
  for (const socket of sockets) socket.destroy();
  return { words: `${CLIENTS} clients with ${CALLS} unread answers each` };
};
