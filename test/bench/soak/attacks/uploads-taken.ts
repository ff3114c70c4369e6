import { count } from '../../support/report.ts';
import type { Attack } from './attack.ts';
import { call, codeIn, inTurns, openAgent } from './agents.ts';

const UPLOADS = 1_000;

/** All places for uploads, taken by one key. */
export const uploadsTaken: Attack = async (site) => {
  const agent = await openAgent(site);
  const { done } = await inTurns(UPLOADS, 20, async (n) => {
    await call(agent, 'upload_create', { path: `u/${n}.bin`, size_bytes: 1 });
  });
  agent.close();
  const words = `${count(done)} of ${count(UPLOADS)} uploads opened`;
  try {
    await site.neighbour.call('upload_create', { path: 'neighbour.bin', size_bytes: 1 });
    return { words };
  } catch (error) {
    return { words: `${words}; another key's: ${codeIn(String(error))}`, harm: 'starved' };
  }
};
