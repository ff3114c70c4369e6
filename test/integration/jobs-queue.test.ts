import { expect, test } from 'vitest';
import { createWorkspace, deleteWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import type { Tick } from '../../src/protocol/ticks.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { broken, obedient, queue, working } from '../support/obedient-jobs.ts';

test('[JB10] a job is queued, started and ended in the log, each caused by its beginning', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const agent = await t.test.agent('agent');
  const events: HubEvent[] = [];
  const ticks: Tick[] = [];
  t.test.hub.subscribe((batch) =>
    events.push(...batch.map(({ event }) => event).filter(({ type }) => type.startsWith('job.'))),
  );
  t.test.hub.onTick((tick) => ticks.push(tick));
  await t.put('fine', 'x');
  const { jobId } = await t.jobs.queue(
    { ...agent.origin, cause: 'frm_1' },
    { kind: 'file_extract', workspace: t.workspace, path: 'fine' },
  );
  const seen: number[] = [];
  const job = await t.jobs.wait(jobId, { timeoutMs: 10_000, onProgress: (fraction) => seen.push(fraction) });
  expect(job).toMatchObject({
    status: 'succeeded',
    result: { name: 'fine' },
    log: ['asked to fine'],
    attempt: 1,
    requestedBy: agent.origin.actor,
  });
  const [queued, started, succeeded] = events;
  expect(queued).toMatchObject({ type: 'job.queued', actor: agent.origin.actor, cause: 'frm_1' });
  expect(started).toMatchObject({ type: 'job.started', actor: { kind: 'hub' }, cause: queued?.seq });
  expect(succeeded).toMatchObject({
    type: 'job.succeeded',
    actor: { kind: 'hub' },
    cause: queued?.seq,
    log: ['asked to fine'],
  });
  expect(ticks.map(({ type }) => type)).toEqual(['job.log', 'job.progress']);
  expect(seen).toEqual([0.5]);
  expect(t.test.hub.state.jobs.size).toBe(0);
  await t.restart();
  expect(await t.jobs.get(jobId)).toEqual(job);
});

test('[JB11] a job may be asked for only of what is there, by those who may write', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const viewer = await t.test.agent('viewer', 'viewer');
  await t.put('a', 'x');
  const ask = (path: string, version?: number) =>
    t.jobs.queue(human, {
      kind: 'file_extract',
      workspace: t.workspace,
      path,
      ...(version === undefined ? {} : { version }),
    });
  await expect(ask('none')).rejects.toMatchObject({ code: 'not_found' });
  await expect(ask('a', 2)).rejects.toMatchObject({ code: 'not_found' });
  await expect(ask('../a')).rejects.toMatchObject({ code: 'invalid_path' });
  await expect(
    t.jobs.queue(viewer.origin, { kind: 'file_extract', workspace: t.workspace, path: 'a' }),
  ).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(t.jobs.get('job_none')).rejects.toMatchObject({ code: 'not_found' });
  await expect(t.jobs.cancel(human, 'job_none', 'x')).rejects.toMatchObject({ code: 'not_found' });
});

test('[JB14] jobs wait their turn, and can be cancelled before it', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const threads = broken().slots;
  const running = [];
  for (let n = 0; n < threads; n += 1) {
    const jobId = await queue(t, n === 0 ? 'hang' : `dir${n}/hang`);
    await working(t, jobId);
    running.push(jobId);
  }
  const [second, third] = [await queue(t, 'second'), await queue(t, 'third')];
  expect((await t.jobs.list({ status: 'queued' })).items.map(({ id }) => id)).toEqual([third, second]);
  await t.jobs.cancel(human, second, 'not needed');
  for (const jobId of running) await t.jobs.cancel(human, jobId, 'done');
  expect(await t.jobs.wait(third, { timeoutMs: 10_000 })).toMatchObject({ status: 'succeeded' });
  expect(await t.jobs.get(second)).toMatchObject({ status: 'cancelled', log: [] });
});

test('[JB15] what failed or was cancelled can be tried again under its id', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const jobId = await queue(t, 'throw');
  const failed = await t.jobs.wait(jobId, { timeoutMs: 10_000 });
  expect(await t.jobs.retry(human, jobId)).toEqual({ jobId });
  const again = await t.jobs.wait(jobId, { timeoutMs: 10_000 });
  expect(again).toMatchObject({ status: 'failed', attempt: 2 });
  expect(again.queuedSeq).toBeGreaterThan(failed.queuedSeq);
  const fine = await queue(t, 'fine');
  await t.jobs.wait(fine, { timeoutMs: 10_000 });
  await expect(t.jobs.retry(human, fine)).rejects.toMatchObject({ code: 'conflict' });
  await t.files.delete(human, { workspace: t.workspace, path: 'throw', purge: true });
  await expect(t.jobs.retry(human, jobId)).rejects.toMatchObject({ code: 'gone' });
});

test('[JB16] what ran when the hub ended is queued again, for whoever asked, and not for ever', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const agent = await t.test.agent('agent');
  await t.put('hang', 'x');
  const { jobId } = await t.jobs.queue(agent.origin, { kind: 'file_extract', workspace: t.workspace, path: 'hang' });
  await working(t, jobId);
  const { queuedSeq } = await t.jobs.get(jobId);
  for (let attempt = 2; attempt <= 3; attempt += 1) {
    await t.restart();
    await working(t, jobId);
    expect(await t.jobs.get(jobId)).toMatchObject({ status: 'running', attempt, requestedBy: agent.origin.actor });
  }
  const requeued = await t.test.hub.audit.page({ types: ['job.queued'], order: 'asc' });
  expect(requeued.items[1]).toMatchObject({ actor: { kind: 'hub' }, cause: queuedSeq });
  await t.restart();
  expect(await t.jobs.wait(jobId, { timeoutMs: 0 })).toMatchObject({
    status: 'failed',
    error: { code: 'unreadable_file' },
  });
});

test('[JB26] a retry by hand does not count as an end of the hub', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const jobId = await queue(t, 'hang');
  await working(t, jobId);
  for (let n = 0; n < 5; n += 1) {
    await t.jobs.cancel(human, jobId, 'again');
    await t.jobs.retry(human, jobId);
    await working(t, jobId);
  }
  await t.restart();
  await working(t, jobId);
  expect(await t.jobs.get(jobId)).toMatchObject({ status: 'running', attempt: 7, interruptions: 1 });
});

test('[JB44] a job on a small file has less time than one on a large file, and says how much', async () => {
  const limits = { ...obedient.limits, bySize: { leastMs: 60_000, msPerMiB: 300_000 } };
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [{ ...obedient, limits }] }) });
  const MiB = 1024 * 1024;
  for (const [sizeBytes, ms] of [
    [1, 360_000],
    [2 * MiB, 660_000],
    [3 * MiB, limits.timeMs],
  ] as const) {
    const jobId = await queue(t, 'hang', Buffer.alloc(sizeBytes));
    await working(t, jobId);
    const over = t.jobs.wait(jobId, { timeoutMs: 3_600_000 });
    t.test.clock.advance(ms - 1);
    expect((await t.jobs.get(jobId)).status).toBe('running');
    t.test.clock.advance(1);
    expect(await over).toMatchObject({ status: 'failed', error: { code: 'timeout' }, ms });
  }
});

test('[JB17] a job that takes too long is failed with timeout', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const jobId = await queue(t, 'hang');
  await working(t, jobId);
  const over = t.jobs.wait(jobId, { timeoutMs: 3_600_000 });
  t.test.clock.advance(15 * 60_000);
  expect(await over).toMatchObject({ status: 'failed', error: { code: 'timeout' }, ms: 15 * 60_000 });
});

test('[JB18] waiting ends with the job, with the time, or with the patience of who waits', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const jobId = await queue(t, 'hang');
  await working(t, jobId);
  const waiting = t.jobs.wait(jobId, { timeoutMs: 1000 });
  await t.jobs.get(jobId); // so that it waits
  t.test.clock.advance(1000);
  expect(await waiting).toMatchObject({ status: 'running' });
  const stop = new AbortController();
  const given = expect(t.jobs.wait(jobId, { timeoutMs: 1000, signal: stop.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  stop.abort();
  await given;
});

test('[JB19] jobs are listed by page, the last queued first, of a workspace, a status or a kind', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const ids: string[] = [];
  for (const path of ['a', 'b', 'throw', 'c', 'd']) {
    ids.push(await queue(t, path));
    await t.jobs.wait(ids.at(-1) ?? '', { timeoutMs: 10_000 });
  }
  const seen: string[] = [];
  for (let cursor: string | undefined, go = true; go; go = cursor !== undefined) {
    const page = await t.jobs.list({ workspace: t.workspace, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(ids.toReversed());
  expect((await t.jobs.list({ status: 'failed' })).items.map(({ path }) => path)).toEqual(['throw']);
  expect((await t.jobs.list({ kind: 'file_extract' })).items).toHaveLength(5);
  expect((await t.jobs.list({ workspace: 'wsp_other' })).items).toEqual([]);
});

test('[JB20] jobs end with their workspace', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const { workspace } = await t.test.hub.execute(createWorkspace, { name: 'other' }, human);
  await t.files.write(human, { workspace, path: 'hang', content: Buffer.from('x'), source: 'tool' });
  const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace, path: 'hang' });
  await working(t, jobId);
  await t.test.hub.execute(deleteWorkspace, { workspace, confirm: 'other' }, human);
  expect(t.test.hub.state.jobs.size).toBe(0);
  await expect(t.jobs.get(jobId)).rejects.toMatchObject({ code: 'not_found' });
  const next = await queue(t, 'fine');
  expect(await t.jobs.wait(next, { timeoutMs: 10_000 })).toMatchObject({ status: 'succeeded' });
});

test('[JB33] a key that has a thousand jobs open is refused more; others are not', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const [greedy, modest] = [await t.test.agent('greedy'), await t.test.agent('modest')];
  await t.put('hang', 'x');
  const request = { kind: 'file_extract', workspace: t.workspace, path: 'hang' };
  await Promise.all(Array.from({ length: 1000 }, () => t.jobs.queue(greedy.origin, request)));
  await expect(t.jobs.queue(greedy.origin, request)).rejects.toMatchObject({
    code: 'limit_reached',
    message: expect.stringContaining('This key has 1000 unfinished jobs'),
    retryAfterMs: expect.any(Number),
  });
  const { jobId } = await t.jobs.queue(modest.origin, request);
  await working(t, jobId);
});
