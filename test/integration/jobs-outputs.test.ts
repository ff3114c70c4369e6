import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { acquireLock, releaseLock } from '../../src/hub/rules/locks.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { defineKind } from '../../src/jobs/job-kind.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { broken, obedient, working } from '../support/obedient-jobs.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

/** Writes a file where its source's name asks for one. */
const maker = defineKind({
  ...obedient,
  name: 'file_make',
  output: { into: (source) => `made/${source}.txt`, sizeBytes: 100 },
});

const open = (): Promise<TestFiles> =>
  openTestFiles({ jobs: () => ({ runner: broken(), kinds: [maker, { ...obedient, name: 'file_look' }] }) });

/** What lies where contents come in, besides marks of contents. */
function leftovers(t: TestFiles): readonly string[] {
  return readdirSync(path.join(t.test.dataDir, 'blobs', 'incoming')).filter((name) => name.startsWith('job-'));
}

const request = (t: TestFiles, source: string, more: object = {}) => ({
  kind: 'file_make',
  workspace: t.workspace,
  path: source,
  ...more,
});

async function done(t: TestFiles, jobId: string) {
  return t.jobs.wait(jobId, { timeoutMs: 10_000 });
}

test('[JB35] the file that a job writes is a version of who asked for it, in the commit that ends the job', async () => {
  await using t = await open();
  const agent = await t.test.agent('agent');
  const batches: (readonly HubEvent[])[] = [];
  t.test.hub.subscribe((batch) => batches.push(batch.map(({ event }) => event)));
  await t.put('write', 'x');
  const { jobId } = await t.jobs.queue(agent.origin, request(t, 'write'));
  const job = await done(t, jobId);
  expect(job).toMatchObject({
    status: 'succeeded',
    output: { path: 'made/write.txt' },
    wrote: { path: 'made/write.txt', version: 1, sizeBytes: 13, mime: 'text/plain' },
  });
  const commit = batches.find((batch) => batch.some(({ type }) => type === 'job.succeeded')) ?? [];
  expect(commit.slice(-2)).toMatchObject([
    { type: 'file.written', path: 'made/write.txt', source: 'job', actor: agent.origin.actor, cause: job.queuedSeq },
    { type: 'job.succeeded', jobId, actor: { kind: 'hub' }, output: { path: 'made/write.txt', version: 1 } },
  ]);
  expect(await t.text('made/write.txt')).toBe('made by a job');
  expect(leftovers(t)).toEqual([]);
  await t.restart();
  expect(await t.jobs.get(jobId)).toEqual(job);
  expect(await t.text('made/write.txt')).toBe('made by a job');
});

test('[JB36] it goes where `into` says: a path, the next version there, or a folder in which the work names it', async () => {
  await using t = await open();
  await t.put('write', 'x');
  await t.put('there.txt', 'before');
  const made = async (into: string, more = {}) => {
    const { jobId } = await t.jobs.queue(human, request(t, 'write', { into, ...more }));
    const job = await done(t, jobId);
    return job.status === 'succeeded' ? job.wrote : job;
  };
  expect(await made('there.txt')).toMatchObject({ path: 'there.txt', version: 2 });
  expect(await made('in/a/')).toMatchObject({ path: 'in/a/made: by a job.txt', version: 1 });
  expect(await made('ü/名前.txt', { conditions: { ifVersion: 0 } })).toMatchObject({ path: 'ü/名前.txt' });
  for (const into of ['../up', '/top', 'a//b'])
    await expect(made(into)).rejects.toMatchObject({ code: 'invalid_path' });
});

test('[JB37] what forbids the file is said when the job is asked for, and fails it where it comes later', async () => {
  await using t = await open();
  const [agent, other] = [await t.test.agent('agent'), await t.test.agent('other')];
  await t.put('write', 'x');
  await t.put('half', 'x');
  const target = { workspace: t.workspace, path: 'out.txt' };
  const ask = (origin: typeof agent.origin, more: object) =>
    t.jobs.queue(origin, request(t, 'write', { into: 'out.txt', ...more }));
  const held = await t.test.hub.execute(acquireLock, { ...target, ttlMs: 60_000, waitMs: 0 }, other.origin);
  await expect(ask(agent.origin, {})).rejects.toMatchObject({ code: 'locked' });
  await expect(ask(agent.origin, { into: 'no.txt', conditions: { ifVersion: 3 } })).rejects.toMatchObject({
    code: 'conflict',
  });
  const lockId = t.test.hub.state.locks.values().next().value?.lockId ?? '';
  expect(held).toBeDefined();
  const own = await ask(other.origin, { conditions: { lockId } });
  expect(await done(t, own.jobId)).toMatchObject({ status: 'succeeded', wrote: { path: 'out.txt', version: 1 } });

  // The lock is lost while the job waits for its file.
  const late = await t.jobs.queue(other.origin, request(t, 'write', { into: 'out.txt', conditions: { lockId } }));
  await t.test.hub.execute(releaseLock, { ...target, lockId }, other.origin);
  expect(await done(t, late.jobId)).toMatchObject({ status: 'failed', error: { code: 'lock_not_held' } });
  expect(await t.files.stat(t.workspace, 'out.txt')).toMatchObject({ version: 1 });

  // The key is revoked while the job works.
  const { jobId } = await t.jobs.queue(agent.origin, request(t, 'write', { into: 'revoked.txt' }));
  await t.test.hub.execute(revokeKey, { keyId: agent.keyId }, human);
  const ended = await done(t, jobId);
  expect(['failed', 'cancelled']).toContain(ended.status);
  await expect(t.files.stat(t.workspace, 'revoked.txt')).rejects.toMatchObject({ code: 'not_found' });
  expect(leftovers(t)).toEqual([]);
});

test('[JB38] a job that is cancelled or breaks leaves no file, one that is too large or none fails it', async () => {
  await using t = await open();
  await t.put('half', 'x');
  const { jobId } = await t.jobs.queue(human, request(t, 'half'));
  await working(t, jobId);
  await t.jobs.cancel(human, jobId, 'enough');
  for (const name of ['throw', 'crash', 'exit', 'fine', 'link']) {
    await t.put(name, 'x');
    const broke = await t.jobs.queue(human, request(t, name));
    expect(await done(t, broke.jobId), name).toMatchObject({ status: 'failed' });
  }
  await t.restart(); // waits for all that ends
  expect(leftovers(t)).toEqual([]);
  expect((await t.files.list(t.workspace)).items.filter(({ path: at }) => at.startsWith('made/'))).toEqual([]);
});

test('[JB38] a file over its limit is noticed while it grows', async () => {
  const small = { ...maker, output: { ...maker.output, into: () => 'x', sizeBytes: 5 } };
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [small] }) });
  await t.put('half', 'x');
  const { jobId } = await t.jobs.queue(human, request(t, 'half'));
  // The work says that it has begun before it writes.
  const incoming = path.join(t.test.dataDir, 'blobs', 'incoming');
  await vi.waitFor(() => {
    const sizes = leftovers(t).map((name) => statSync(path.join(incoming, name)).size);
    expect(sizes).toEqual([9]);
  }, 20_000);
  const ended = done(t, jobId);
  t.test.clock.advance(500);
  expect(await ended).toMatchObject({ status: 'failed', error: { code: 'too_large' } });
  expect(leftovers(t)).toEqual([]);
});

test('[JB39] a job that fails for a cause that can pass is tried again, later each time, and not for ever', async () => {
  await using t = await open();
  await t.put('passing', 'x');
  await t.put('later', 'x');
  const agent = await t.test.agent('agent');
  const { jobId } = await t.jobs.queue(agent.origin, request(t, 'passing'));
  const again: { attempt: number; afterMs: number | undefined }[] = [];
  t.test.hub.subscribe((batch) => {
    for (const { event } of batch) {
      if (event.type === 'job.queued' && event.retry)
        again.push({ attempt: event.attempt, afterMs: event.retry.afterMs });
    }
  });
  const ended = t.jobs.wait(jobId, { timeoutMs: 3_600_000 });
  for (const [at, afterMs] of [2000, 8000, 32_000, 128_000].entries()) {
    await vi.waitFor(() => expect(again.length).toBeGreaterThan(at), 20_000);
    expect(again.at(-1)).toEqual({ attempt: at + 2, afterMs });
    expect(await t.jobs.get(jobId)).toMatchObject({
      status: 'queued',
      requestedBy: agent.origin.actor,
      retries: { count: at + 1, code: 'unreachable', message: 'no answer' },
    });
    t.test.clock.advance(afterMs - 1);
    expect(t.test.hub.state.jobs.get(jobId)?.status).toBe('queued');
    t.test.clock.advance(1);
  }
  expect(await ended).toMatchObject({ status: 'failed', attempt: 5, error: { code: 'unreachable' } });

  const other = await t.jobs.queue(human, request(t, 'later'));
  await vi.waitFor(() => expect(again).toHaveLength(5), 20_000);
  expect(again.at(-1)).toEqual({ attempt: 2, afterMs: 60_000 });
  await t.restart(); // a wait outlives the hub, and is none of its interruptions
  expect(await t.jobs.get(other.jobId)).toMatchObject({ status: 'queued', retries: { count: 1 } });
  expect(t.test.hub.state.jobs.get(other.jobId)).not.toHaveProperty('interruptions');
  await t.jobs.cancel(human, other.jobId, 'enough');
  await t.jobs.retry(human, other.jobId);
  expect(t.test.hub.state.jobs.get(other.jobId)).not.toHaveProperty('retries');
});

test('[JB40] of the jobs of one asker the one of higher priority comes first, and of no other asker', async () => {
  await using t = await open();
  const [agent, other] = [await t.test.agent('agent'), await t.test.agent('other')];
  const started: string[] = [];
  t.test.hub.subscribe((batch) => {
    for (const { event } of batch) if (event.type === 'job.started') started.push(event.jobId);
  });
  await t.put('hang', 'x');
  const ask = async (origin: typeof agent.origin, more: object = {}) =>
    (await t.jobs.queue(origin, { kind: 'file_look', workspace: t.workspace, path: 'hang', ...more })).jobId;
  const running = await Promise.all(Array.from({ length: broken().slots }, () => ask(human)));
  const [low, usual, high, others] = [
    await ask(agent.origin, { priority: 'low' }),
    await ask(agent.origin),
    await ask(agent.origin, { priority: 'high' }),
    await ask(other.origin, { priority: 'low' }),
  ];
  const waiting = [low, usual, high, others];
  for (const jobId of running) await t.jobs.cancel(human, jobId, 'done');
  for (let n = 0; n < waiting.length; n += 1) {
    const begun = (): string | undefined => started.find((id) => waiting.includes(id) && t.test.hub.state.jobs.has(id));
    await vi.waitFor(() => expect(begun()).toBeDefined(), 20_000);
    await t.jobs.cancel(human, begun() ?? '', 'done');
  }
  const own = started.filter((id) => [low, usual, high].includes(id));
  expect(own).toEqual([high, usual, low]);
  expect(started.indexOf(others)).toBeLessThan(started.indexOf(low));
});

test('[JB41] jobs that follow on the file of another are queued with its end, of whoever asked for it', async () => {
  const first = { ...maker, next: () => [{ kind: 'file_look', input: {} }] };
  await using t = await openTestFiles({
    jobs: () => ({ runner: broken(), kinds: [first, { ...obedient, name: 'file_look' }] }),
  });
  const agent = await t.test.agent('agent');
  await t.put('write', 'x');
  const { jobId } = await t.jobs.queue(agent.origin, request(t, 'write'));
  const parent = await done(t, jobId);
  if (parent.status !== 'succeeded') throw new Error('It should succeed');
  const [child = ''] = parent.children ?? [];
  expect(parent.children).toHaveLength(1);
  expect(await done(t, child)).toMatchObject({
    status: 'succeeded',
    kind: 'file_look',
    path: 'made/write.txt',
    version: 1,
    parent: jobId,
    priority: 'low',
    requestedBy: agent.origin.actor,
  });
});
