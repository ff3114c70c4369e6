import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineKind } from '../../src/jobs/job-kind.ts';
import { kindsOn } from '../../src/jobs/kinds.ts';
import { startJobTool } from '../../src/server/mcp/catalogue/tools/start-job.ts';
import { broken, obedient, working } from '../support/obedient-jobs.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

/** Gives the paths of the files that it is given. */
const folder = defineKind({
  ...obedient,
  name: 'folder_look',
  source: 'folder',
  result: { name: z.string(), paths: z.array(z.string()) },
});
const none = defineKind({ ...obedient, name: 'look_nowhere', source: 'none' });

const open = (kind = folder): Promise<TestFiles> =>
  openTestFiles({ jobs: () => ({ runner: broken(), kinds: [kind, none] }) });

const ask = async (t: TestFiles, path?: string): Promise<string> =>
  (await t.jobs.queue(human, { kind: 'folder_look', workspace: t.workspace, ...(path === undefined ? {} : { path }) }))
    .jobId;

const done = (t: TestFiles, jobId: string) => t.jobs.wait(jobId, { timeoutMs: 10_000 });

test('[JB42] a job on a folder is given all files below it, as they are when its turn comes', async () => {
  await using t = await open();
  for (const path of ['top.txt', 'a/one.txt', 'a/b/two.txt', 'a.txt', 'ab/three.txt']) await t.put(path, path);
  await t.files.delete(human, { workspace: t.workspace, path: 'top.txt' });
  const pathsOf = async (path?: string) => (await done(t, await ask(t, path))) as object;
  const below = { path: 'a/', status: 'succeeded', result: { paths: ['a/b/two.txt', 'a/one.txt'] } };
  expect(await pathsOf('a/')).toMatchObject(below);
  expect(await pathsOf('a')).toMatchObject(below);
  const all = {
    path: '/',
    status: 'succeeded',
    result: { paths: ['a.txt', 'a/b/two.txt', 'a/one.txt', 'ab/three.txt'] },
  };
  expect(await pathsOf()).toMatchObject(all);
  expect(await pathsOf('/')).toMatchObject(all);
  expect(await pathsOf('nothing/')).toMatchObject({ result: { paths: [] } });
  await expect(ask(t, '../up')).rejects.toMatchObject({ code: 'invalid_path' });

  await t.put('c/throw', 'x');
  const failed = await ask(t, 'c');
  expect(await done(t, failed)).toMatchObject({ status: 'failed', path: 'c/' });
  await t.put('c/throw-no-more', 'x');
  await t.jobs.retry(human, failed);
  expect(await done(t, failed)).toMatchObject({ attempt: 2, result: { paths: ['c/throw', 'c/throw-no-more'] } });
});

test('[JB42] a folder with more bytes than its kind takes fails the job; one that runs is cancelled', async () => {
  await using t = await open({ ...folder, limits: { ...folder.limits, inputBytes: 8 } });
  await t.put('a/hang', '12345');
  const running = await ask(t, 'a/');
  await working(t, running);
  await t.jobs.cancel(human, running, 'enough');
  expect(await done(t, running)).toMatchObject({ status: 'cancelled', path: 'a/' });
  await t.put('a/more', '6789');
  expect(await done(t, await ask(t, 'a/'))).toMatchObject({
    status: 'failed',
    error: { code: 'too_large', message: expect.stringContaining('a/') },
  });
});

test('[JB43] a kind says what its tool and its jobs are about: a file, a folder, or nothing but arguments', async () => {
  const taken = (kind: Parameters<typeof startJobTool>[0]) =>
    Object.keys(startJobTool(kind).inputSchema.properties ?? {});
  expect(taken(obedient)).toEqual(['workspace', 'path', 'version']);
  expect(taken(folder)).toEqual(['workspace', 'path']);
  expect(taken(none)).toEqual(['workspace']);
  expect(startJobTool(obedient).inputSchema.required).toEqual(['path']);
  expect(startJobTool(folder).inputSchema.required ?? []).toEqual([]);
  const menu = (source: 'folder' | 'none' | undefined) => kindsOn(source, [obedient, folder, none]);
  expect([menu(undefined), menu('folder'), menu('none')]).toEqual([[obedient], [folder], [none]]);
  await using t = await open();
  const { jobId } = await t.jobs.queue(human, { kind: 'look_nowhere', workspace: t.workspace });
  expect(await done(t, jobId)).toMatchObject({ status: 'succeeded', path: 'look_nowhere', result: { name: '' } });
});
