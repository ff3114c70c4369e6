import { zip } from '../../../support/sample-files.ts';
import { count } from '../../support/report.ts';
import type { Attack } from './attack.ts';
import { call, inTurns, openAgent } from './agents.ts';

const ARCHIVES = 60;
const NAMES = 500;
const AT_ONCE = 6;

/** Pages of results as large as results get: all of many archives with long names. */
export const largePages: Attack = async (site) => {
  const agent = await openAgent(site);
  const entries = Array.from({ length: NAMES }, (_, n) => ({ name: `${'n'.repeat(880)}${n}` }));
  const base64 = zip(entries).toString('base64');
  await inTurns(ARCHIVES, 4, async (n) => {
    await call(agent, 'file_write', { path: `${n}.zip`, base64 });
    const { job_id } = await call(agent, 'file_extract', { path: `${n}.zip` });
    await call(agent, 'job_wait', { job_id, timeout_ms: 50_000 });
  });
  let bytes = 0;
  const ask = async (name: string, args: Record<string, unknown>): Promise<void> => {
    bytes += (await agent.requestText('tools/call', { name, arguments: args })).length;
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, () => ask('event_list', { types: ['job.succeeded'], limit: 1_000 })),
  );
  await Promise.all(Array.from({ length: AT_ONCE }, () => ask('job_list', { limit: 1_000 })));
  agent.close();
  return { words: `${AT_ONCE} event_list and ${AT_ONCE} job_list at once: ${count(bytes / 1024)} KiB answered` };
};
