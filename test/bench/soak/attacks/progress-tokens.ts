import { setTimeout as sleep } from 'node:timers/promises';
import { rpc } from '../../../support/wire-client.ts';
import type { Attack } from './attack.ts';
import { deafSocket, keyAt, openSession, postText } from './agents.ts';

const CALLS = 60;
const TOKEN = 'x'.repeat(3_900_000);
const LASTS_MS = 25_000;

/** Calls that wait for an hour, each with a progress token of 3.9 MB. */
export const progressTokens: Attack = async ({ hub, keys }) => {
  const session = await openSession(hub.url, keyAt(keys, 0));
  const headers = { ...session, accept: 'text/event-stream' };
  const params = { name: 'event_wait', arguments: { timeout_ms: 3_600_000 }, _meta: { progressToken: TOKEN } };
  const sockets = [];
  for (let n = 0; n < CALLS; n++) {
    const socket = deafSocket(hub.url, postText(hub.url, headers, JSON.stringify(rpc(n, 'tools/call', params))));
    sockets.push(socket.resume());
    await sleep(100);
  }
  await sleep(LASTS_MS - CALLS * 100);
  for (const socket of sockets) socket.destroy();
  return { words: `${CALLS} waiting calls` };
};
