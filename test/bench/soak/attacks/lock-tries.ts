import { setTimeout as sleep } from 'node:timers/promises';
import { count } from '../../support/report.ts';
import type { RawSse } from '../../support/raw-sse.ts';
import type { Attack } from './attack.ts';
import { call, openAgent } from './agents.ts';

const LASTS_MS = 10_000;
const AFTER_MS = 20;
/** One write may make each of the two try once or twice. */
const FEW = 10;

/** Two agents that try a held lock whenever they are told of something. */
export const lockTries: Attack = async (site) => {
  const holder = await openAgent(site, 0);
  await call(holder, 'lock_acquire', { path: 'held.md', ttl_s: 600 });
  const uri = `signalbox://workspaces/${site.hub.workspace}/events`;
  let [tries, isOver] = [0, false];
  const eager = async (agent: RawSse): Promise<void> => {
    await sleep(AFTER_MS);
    if (isOver) return;
    tries++;
    await call(agent, 'lock_acquire', { path: 'held.md', ttl_s: 60 }).catch(() => undefined); // it is held
  };
  const agents = await Promise.all([1, 2].map((n) => openAgent(site, n)));
  const begun: Promise<void>[] = [];
  for (const agent of agents) {
    await agent.request('resources/subscribe', { uri });
    agent.onNotification(() => begun.push(eager(agent)));
  }
  await site.neighbour.pause(async () => {
    tries = 0;
    await call(holder, 'file_write', { path: 'news.txt', text: 'one' });
    await sleep(LASTS_MS);
  });
  isOver = true;
  await Promise.all(begun);
  for (const agent of [holder, ...agents]) agent.close();
  const words = `one write led to ${count(tries)} tries for a held lock in ${LASTS_MS / 1_000} s`;
  return tries <= FEW ? { words } : { words, harm: 'looped' };
};
