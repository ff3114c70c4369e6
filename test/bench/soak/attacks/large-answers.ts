import type { RawSse } from '../../support/raw-sse.ts';
import type { Site } from './attack.ts';
import { call, inTurns, openAgent } from './agents.ts';

/** Of one key; in all four times as many. */
const LOCKS = 950;

/** Arguments with which `workspace_get` answers as much as it may: thousands of locks with long paths and reasons. */
export async function largeAnswer(site: Site): Promise<Record<string, unknown>> {
  const agents = await Promise.all([0, 1, 2, 3].map((n) => openAgent(site, n)));
  await inTurns(LOCKS * agents.length, 40, async (n) => {
    const agent = agents[n % agents.length] as RawSse;
    const path = `${'p'.repeat(200)}/${'q'.repeat(200)}/${n}`;
    await call(agent, 'lock_acquire', { path, ttl_s: 3_600, reason: `because ${'r'.repeat(180)}` });
  });
  const [first] = agents as [RawSse];
  const asked = { max_bytes: 1024 * 1024 };
  const isTaken = await call(first, 'workspace_get', asked).then(
    () => true,
    () => false,
  );
  for (const agent of agents) agent.close();
  return isTaken ? asked : {};
}
