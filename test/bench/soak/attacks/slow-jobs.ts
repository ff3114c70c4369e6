import type { Attack } from './attack.ts';
import { call, openAgent } from './agents.ts';

const JOBS = 3;
const WAIT_MS = 25_000;

/** Files at which the reader of PDFs stays for minutes, before another key's file of five bytes. */
export const slowJobs: Attack = async (site) => {
  const agent = await openAgent(site);
  await call(agent, 'file_write', { path: 'slow.pdf', text: `%PDF-1.7\n${'1 0 obj << /A '.repeat(200_000)}` });
  for (let n = 0; n < JOBS; n++) await call(agent, 'file_extract', { path: 'slow.pdf' });
  await site.neighbour.call('file_write', { path: 'small.txt', text: 'small' });
  const start = performance.now();
  const { job_id } = await site.neighbour.call('file_extract', { path: 'small.txt' });
  const { status } = await site.neighbour.call('job_wait', { job_id, timeout_ms: WAIT_MS });
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  agent.close();
  const words = `another key's job of 5 bytes behind ${JOBS} slow ones: ${String(status)} after ${seconds} s`;
  return status === 'succeeded' ? { words } : { words, harm: 'starved' };
};
