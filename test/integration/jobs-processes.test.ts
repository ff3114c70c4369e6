import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { broken, obedient, queue, working } from '../support/obedient-jobs.ts';

/** Resolves when there is no process of this id any more. */
async function gone(pid: number): Promise<void> {
  const isThere = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isThere, { interval: 10, timeout: 60_000 }).toBe(false);
}

test.each(['throw', 'exit', 'crash', 'abort', 'eat', 'hog', 'lie'])(
  '[JB12] a process that ends by %s fails its own job and no other',
  async (how) => {
    await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
    const other = await queue(t, 'hang');
    await working(t, other);
    const bad = await queue(t, how);
    expect(await t.jobs.wait(bad, { timeoutMs: 60_000 })).toMatchObject({
      status: 'failed',
      error: { code: 'unreadable_file' },
    });
    const good = await queue(t, 'fine');
    expect(await t.jobs.wait(good, { timeoutMs: 60_000 })).toMatchObject({ status: 'succeeded' });
    expect(await t.jobs.get(other)).toMatchObject({ status: 'running' });
  },
);

test('[JB12] so does one that is ended from outside, at work or idle', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const job = await queue(t, 'native');
  process.kill(await working(t, job), 'SIGKILL');
  expect(await t.jobs.wait(job, { timeoutMs: 60_000 })).toMatchObject({
    status: 'failed',
    error: { code: 'unreadable_file', message: expect.stringContaining('SIGKILL') },
  });
  const fine = await queue(t, 'fine');
  const idle = await working(t, fine);
  await t.jobs.wait(fine, { timeoutMs: 10_000 });
  process.kill(idle, 'SIGKILL');
  await gone(idle);
  const next = await queue(t, 'next');
  expect(await t.jobs.wait(next, { timeoutMs: 10_000 })).toMatchObject({ status: 'succeeded' });
});

test('[JB28] a process does the next job of its kind; without work it ends with the hub', async () => {
  const t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  const first = await queue(t, 'one');
  const pid = await working(t, first);
  await t.jobs.wait(first, { timeoutMs: 10_000 });
  const second = await queue(t, 'two');
  expect(await working(t, second)).toBe(pid);
  await t.jobs.wait(second, { timeoutMs: 10_000 });
  await t[Symbol.asyncDispose]();
  await gone(pid);
});

test('[JB29] a busy process does not outlive a hub that was killed', async () => {
  const script = fileURLToPath(new URL('../support/job-starter.ts', import.meta.url));
  const hub = fork(script, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [pid] = (await once(hub, 'message')) as [number];
  hub.kill('SIGKILL');
  await gone(pid);
});

test('[JB30] a job that tells more than it may is ended', async () => {
  const kind = { ...obedient, limits: { ...obedient.limits, outputBytes: 100_000 } };
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [kind] }) });
  const jobId = await queue(t, 'chatter');
  const pid = await working(t, jobId);
  const job = await t.jobs.wait(jobId, { timeoutMs: 10_000 });
  expect(job).toMatchObject({ status: 'failed', error: { code: 'too_large' } });
  expect(Math.max(...job.log.map((line) => line.length))).toBe(500);
  await gone(pid);
});

test('[JB13] cancelling ends the work, however busy it is', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: broken(), kinds: [obedient] }) });
  for (const how of ['spin', 'native', 'hang']) {
    const jobId = await queue(t, how);
    const pid = await working(t, jobId);
    expect(await t.jobs.get(jobId)).toMatchObject({ status: 'running', fraction: 0.5, log: [`asked to ${how}`] });
    const cancelledAt = performance.now();
    await t.jobs.cancel(human, jobId, 'enough');
    expect(await t.jobs.wait(jobId, { timeoutMs: 0 })).toMatchObject({
      status: 'cancelled',
      reason: 'enough',
      log: [`asked to ${how}`],
    });
    await gone(pid);
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
    await expect(t.jobs.cancel(human, jobId, 'again')).rejects.toMatchObject({ code: 'conflict' });
  }
  const next = await queue(t, 'fine');
  expect(await t.jobs.wait(next, { timeoutMs: 10_000 })).toMatchObject({ status: 'succeeded' });
});

test.runIf(process.platform === 'linux')('[JB34] all threads of a job that runs have a low priority', async () => {
  await using t = await openTestFiles();
  await t.put('a.txt', 'some words');
  const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace: t.workspace, path: 'a.txt' });
  expect(await t.jobs.wait(jobId, { timeoutMs: 30_000 })).toMatchObject({ status: 'succeeded' });
  const children = readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' '),
  );
  const worker =
    children.find((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('jobs/worker')) ?? '';
  const threads = readdirSync(`/proc/${worker}/task`).map(Number);
  expect(threads.length).toBeGreaterThan(4);
  expect(new Set(threads.map((thread) => getPriority(thread)))).toEqual(new Set([getPriority() + 10]));
});
