import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';

const WRONG_BY_MS = 400 * 24 * 3_600_000;
const WRONG_FOR_MS = 3_000;

/** Three seconds of a clock that is 400 days ahead. */
export const wrongClock: Attack = async ({ hub, neighbour }) => {
  await hub.setClock(WRONG_BY_MS);
  await sleep(WRONG_FOR_MS);
  await hub.setClock(0);
  await sleep(2_000);
  const { time } = await neighbour.call('whoami', {});
  const days = (Date.parse(String(time)) - Date.now()) / 24 / 3_600_000;
  const words = `afterwards the hub's time was ${Math.abs(days).toFixed(0)} days ahead`;
  return Math.abs(days) < 0.5 ? { words } : { words, harm: 'stuck' };
};
