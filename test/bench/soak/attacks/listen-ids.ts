import { setTimeout as sleep } from 'node:timers/promises';
import { statelessHeaders, statelessMeta } from '../../../support/agent.ts';
import { rpc } from '../../../support/wire-client.ts';
import type { Attack } from './attack.ts';
import { call, deafSocket, keyAt, openAgent, postText } from './agents.ts';

const STREAMS = 60;
const ID = 'i'.repeat(3_900_000);
const WRITES = 5;

/** Listen streams whose requests have ids of 3.9 MB, each repeated with each notification. */
export const listenIds: Attack = async (site) => {
  const { hub, keys } = site;
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  const headers = {
    ...statelessHeaders(keyAt(keys, 0), 'subscriptions/listen'),
    accept: 'application/json, text/event-stream',
  };
  const sockets = Array.from({ length: STREAMS }, (_, n) => {
    const params = { notifications: { resourceSubscriptions: [uri] }, _meta: statelessMeta(`listener ${n}`) };
    const body = JSON.stringify(rpc(`${n}${ID}`, 'subscriptions/listen', params));
    return deafSocket(hub.url, postText(hub.url, headers, body)).resume();
  });
  await sleep(5_000);
  const agent = await openAgent(site);
  for (let n = 0; n < WRITES; n++) await call(agent, 'file_write', { path: 'told.txt', text: `${n}` });
  await sleep(5_000);
  agent.close();
  for (const socket of sockets) socket.destroy();
  return { words: `${STREAMS} listens, ${WRITES} writes` };
};
