import { limitsWith } from '../../src/hub/limits.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ProcessRunner } from '../../src/hub/jobs/process-runner.ts';
import { fileExtract } from '../../src/jobs/file-extract/kind.ts';
import { defineKind, type AnyJobKind } from '../../src/jobs/job-kind.ts';
import { jobKinds } from '../../src/jobs/kinds.ts';
import { guide } from '../../src/server/mcp/catalogue/resources/guide.ts';
import { allTools, toolNamed } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { exampleArguments, examplePlace } from '../support/kind-examples.ts';
import { openCatalogue } from '../support/open-catalogue.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

const obedient = () => new ProcessRunner({ entry: new URL('../support/broken-worker.ts', import.meta.url) });

/** Queues a kind's example; `path` in place of the example's own. */
async function queueExample(t: TestFiles, kind: AnyJobKind, path = kind.example.path): Promise<string> {
  const { name, example, source } = kind;
  await t.put(path, example.text);
  const request = { kind: name, workspace: t.workspace, ...examplePlace(source, path), input: example.input };
  return (await t.jobs.queue(human, request)).jobId;
}

describe.each(jobKinds)('$name', (kind) => {
  test('[JB21] its tool takes what it takes, and its example gives what it says that it gives', async () => {
    await using box = await openCatalogue();
    const agent = await box.join('agent');
    const { example } = kind;
    await agent.ok('file_write', { path: example.path, text: example.text });
    expect(Object.keys(toolNamed(kind.name)?.inputSchema.properties ?? {})).toEqual([
      'workspace',
      ...(kind.source === 'none' ? [] : ['path']),
      ...(kind.source === undefined ? ['version'] : []),
      ...Object.keys(kind.input),
      ...(kind.output ? ['into', 'if_version', 'lock_token'] : []),
      ...(kind.set === 'more' ? ['priority'] : []),
    ]);
    const { job_id: id } = await agent.ok(kind.name, exampleArguments(kind));
    const done = await agent.ok('job_wait', { job_id: id });
    expect(done).toMatchObject({ kind: kind.name, status: 'succeeded' });
    const result = z.strictObject(kind.result).parse(done.result);
    expect(kind.facts(result).sections.length).toBeGreaterThan(0);
    expect(kind.gist(result)).toMatch(/\S/u);
    expect(kind.facts({}).sections).toEqual([]);
    expect(kind.gist({})).toBe('');
    expect(await agent.ok('job_list', { kind: kind.name })).toMatchObject({ jobs: [{ job_id: id }] });
    expect(guide('', { tools: allTools, prompts: [] }, limitsWith())).toContain(`- \`${kind.name}\` ${kind.summary}.`);
  });

  test('[JB22] it refuses what it does not take: arguments, files, callers', async () => {
    await using box = await openCatalogue();
    const agent = await box.join('agent');
    const viewer = await box.join('viewer', 'viewer');
    const { example } = kind;
    await agent.ok('file_write', { path: example.path, text: example.text });
    const args = exampleArguments(kind);
    expect(await agent.refused(kind.name, { ...args, nonsense: 1 })).toMatchObject({ code: 'invalid_argument' });
    if (kind.source === undefined) {
      expect(await agent.refused(kind.name, { ...args, path: 'none' })).toMatchObject({ code: 'not_found' });
      expect(await agent.refused(kind.name, { ...args, version: 7 })).toMatchObject({ code: 'not_found' });
    }
    if (kind.role !== 'viewer') expect(await viewer.refused(kind.name, args)).toMatchObject({ code: 'forbidden' });

    const small = { ...kind, limits: { ...kind.limits, inputBytes: 3 } };
    await using t = await openTestFiles({ jobs: () => ({ kinds: [small] }) });
    const tooLarge = { code: 'too_large', message: expect.stringContaining('3 B') };
    if (kind.source === undefined) await expect(queueExample(t, small)).rejects.toMatchObject(tooLarge);
    if (kind.source === 'folder') {
      const over = await t.jobs.wait(await queueExample(t, small), { timeoutMs: 10_000 });
      expect(over).toMatchObject({ status: 'failed', error: tooLarge });
    }
    const place = examplePlace(kind.source, example.path);
    const wrong = { kind: kind.name, workspace: t.workspace, ...place, input: { nonsense: 1 } };
    await expect(t.jobs.queue(human, wrong)).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('[JB23] it is cancelled, and ended at its limits of time and output', async () => {
    const tight = { ...kind, limits: { ...kind.limits, outputBytes: 1 } };
    await using real = await openTestFiles({ jobs: () => ({ kinds: [tight] }) });
    const over = await real.jobs.wait(await queueExample(real, tight), { timeoutMs: 10_000 });
    expect(over).toMatchObject({ status: 'failed', error: { code: 'too_large' } });

    // Its argument is the file's name, so the file is not one that the kind takes.
    const { refuses: _, ...anyFile } = kind;
    await using t = await openTestFiles({ jobs: () => ({ runner: obedient(), kinds: [anyFile] }) });
    const began = (jobId: string) =>
      new Promise<void>((resolve) => {
        t.test.hub.onTick((tick) => {
          if (tick.type === 'job.progress' && tick.jobId === jobId) resolve();
        });
      });
    const cancelled = await queueExample(t, kind, 'spin');
    await began(cancelled);
    await t.jobs.cancel(human, cancelled, 'enough');
    expect(await t.jobs.get(cancelled)).toMatchObject({ status: 'cancelled', reason: 'enough' });
    const slow = await queueExample(t, kind, 'hang');
    await began(slow);
    const ended = t.jobs.wait(slow, { timeoutMs: kind.limits.timeMs * 2 });
    await t.jobs.get(slow); // so that it waits
    t.test.clock.advance(kind.limits.timeMs);
    expect(await ended).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
  });
});

/** Takes arguments, of which one has a default; the work is {@link obedient}'s. */
const greet = defineKind({
  ...fileExtract,
  name: 'file_greet',
  input: { text: z.string().max(20_000), times: z.number().int().default(1) },
  result: { name: z.string() },
  example: { path: 'fine', text: 'x', input: { text: 'hello' } },
});

test('[JB24] a job keeps its arguments, over a retry and the end of the hub', async () => {
  await using t = await openTestFiles({ jobs: () => ({ runner: obedient(), kinds: [greet] }) });
  const jobId = await queueExample(t, greet, 'throw');
  const failed = await t.jobs.wait(jobId, { timeoutMs: 10_000 });
  const input = { text: 'hello', times: 1 };
  expect(failed).toMatchObject({ status: 'failed', kind: 'file_greet', input });
  await t.jobs.retry(human, jobId);
  expect(await t.jobs.wait(jobId, { timeoutMs: 10_000 })).toMatchObject({ attempt: 2, input });
  await t.restart();
  expect(await t.jobs.get(jobId)).toMatchObject({ attempt: 2, input });
  const ask = (given: object) =>
    t.jobs.queue(human, { kind: 'file_greet', workspace: t.workspace, path: 'throw', input: { ...given } });
  await expect(ask({})).rejects.toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('text') });
  await expect(ask({ text: 'x'.repeat(17_000) })).rejects.toMatchObject({ code: 'too_large' });
});

test('[JB25] a job of a kind that this hub does not have fails, and hurts no other', async () => {
  let kinds: readonly AnyJobKind[] = [greet];
  await using t = await openTestFiles({ jobs: () => ({ runner: obedient(), kinds }) });
  const old = await queueExample(t, greet, 'hang');
  kinds = [{ ...fileExtract, result: { name: z.string() } }];
  await t.restart();
  expect(await t.jobs.wait(old, { timeoutMs: 10_000 })).toMatchObject({
    status: 'failed',
    error: { code: 'gone', message: expect.stringContaining('file_greet') },
  });
  await t.put('fine', 'x');
  const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace: t.workspace, path: 'fine' });
  expect(await t.jobs.wait(jobId, { timeoutMs: 10_000 })).toMatchObject({ status: 'succeeded' });
  await expect(t.jobs.queue(human, { kind: 'file_greet', workspace: t.workspace, path: 'fine' })).rejects.toMatchObject(
    { code: 'not_found', message: expect.stringContaining('file_extract') },
  );
});
