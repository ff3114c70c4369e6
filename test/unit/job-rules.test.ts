import { expect, test } from 'vitest';
import { cancelJob, queueJob, retryJob } from '../../src/hub/rules/jobs.ts';
import { jobKinds } from '../../src/jobs/kinds.ts';
import type { JobRecord } from '../../src/protocol/records.ts';
import { RuleWorld } from '../support/rule-world.ts';

/** A workspace with a viewer, and a job in it that waits. */
function withViewer(): { world: RuleWorld; job: JobRecord } {
  const world = RuleWorld.withAgents();
  world.add({ type: 'member.set', workspace: 'wsp_1', keyId: 'key_b', role: 'viewer' });
  world.add({ type: 'member.removed', workspace: 'wsp_1', keyId: 'key_c' });
  const file = { fileId: 'fil_1', path: 'a', version: 1 };
  world.add({ type: 'job.queued', workspace: 'wsp_1', jobId: 'job_1', kind: 'file_extract', ...file, attempt: 1 });
  const job = world.state.jobs.get('job_1');
  if (!job) throw new Error('The job should wait');
  return { world, job: { ...job, status: 'failed' } as unknown as JobRecord };
}

test('[JB11] whoever may not write neither begins a job, nor cancels one, nor tries it again', () => {
  const { world, job } = withViewer();
  const [kind] = jobKinds;
  if (!kind) throw new Error('There should be a kind of job');
  const { seq } = world.state;
  const codes = { key_b: 'forbidden', key_c: 'not_found' };
  for (const [key, code] of Object.entries(codes)) {
    expect(world.refusal(key, queueJob, { kind, workspace: 'wsp_1', path: 'a', input: {} }).code, key).toBe(code);
    expect(world.refusal(key, cancelJob, { jobId: 'job_1', reason: 'no', log: [] }).code, key).toBe(code);
    expect(world.refusal(key, retryJob, job).code, key).toBe(code);
  }
  expect(world.typesSince(seq)).toEqual([]);
  world.run('key_a', cancelJob, { jobId: 'job_1', reason: 'enough', log: [] });
  expect(world.typesSince(seq)).toEqual(['job.cancelled']);
});
