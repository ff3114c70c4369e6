import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { openCatalogue, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

let box: TestCatalogue & AsyncDisposable;
let worker: CatalogueAgent;
let viewer: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  worker = await box.join('worker');
  viewer = await box.join('viewer', 'viewer');
  await worker.ok('file_write', { path: 'poem.txt', text: 'one two\nthree\n' });
});
afterAll(() => box.dispose());

test('[TL70] file_extract answers at once with a job, job_wait with its result', async () => {
  const begun = await worker.ok('file_extract', { path: 'poem.txt' });
  expect(begun).toMatchObject({
    kind: 'file_extract',
    path: 'poem.txt',
    version: 1,
    attempt: 1,
    requested_by: { kind: 'agent', key_name: 'worker' },
  });
  const done = await viewer.ok('job_wait', { job_id: begun.job_id });
  expect(done).toMatchObject({
    status: 'succeeded',
    timed_out: false,
    result: expect.any(Object),
    log: expect.any(Array),
  });
  expect(await viewer.ok('job_get', { job_id: begun.job_id })).toMatchObject({
    status: 'succeeded',
    result: done.result,
  });
  expect(await viewer.ok('job_list', { status: 'succeeded' })).toMatchObject({ jobs: [{ job_id: begun.job_id }] });
  expect((await viewer.ok('job_list', { status: 'failed' })).jobs).toEqual([]);
});

test('[TL71] job_wait gives the job as it stands when the time is up', async () => {
  const { job_id: id } = await worker.ok('file_extract', { path: 'poem.txt' });
  const answer = await viewer.ok('job_wait', { job_id: id, timeout_ms: 0 });
  expect(answer.timed_out).toBe(answer.status !== ('succeeded' as unknown));
  await viewer.ok('job_wait', { job_id: id });
});

test('[TL72] a finished job is not cancelled, a succeeded one not retried, and a viewer does neither', async () => {
  const { job_id: id } = await worker.ok('file_extract', { path: 'poem.txt' });
  await worker.ok('job_wait', { job_id: id });
  expect(await worker.refused('job_cancel', { job_id: id })).toMatchObject({ code: 'conflict' });
  expect(await worker.refused('job_retry', { job_id: id })).toMatchObject({ code: 'conflict' });
  expect(await viewer.refused('job_cancel', { job_id: id })).toMatchObject({ code: 'forbidden' });
  expect(await viewer.refused('file_extract', { path: 'poem.txt' })).toMatchObject({ code: 'forbidden' });
  expect(await worker.refused('file_extract', { path: 'none.txt' })).toMatchObject({ code: 'not_found' });
});

test('[TL73] a cancelled job is retried under its id', async () => {
  await using idle = await openCatalogue();
  const asker = await idle.join('asker');
  await asker.ok('file_write', { path: 'poem.txt', text: 'one' });
  await idle.jobs.close(); // nobody works: the job stays queued until it is cancelled
  const { job_id: id } = await asker.ok('file_extract', { path: 'poem.txt' });
  const cancelled = await asker.ok('job_cancel', { job_id: id, reason: 'changed my mind' });
  expect(cancelled).toMatchObject({ status: 'cancelled', cancel_reason: 'changed my mind' });
  expect(await asker.ok('job_retry', { job_id: id })).toMatchObject({ job_id: id, attempt: 2, status: 'queued' });
  expect(await asker.ok('job_list')).toMatchObject({ jobs: [{ job_id: id, attempt: 2 }] });
});

test('[TL74] a job or upload of another workspace is out of reach', async () => {
  const { workspace } = await box.hub.execute(createWorkspace, { name: 'elsewhere' }, human);
  await box.files.write(human, { workspace, path: 'x.txt', content: Buffer.from('x'), source: 'import' });
  const { jobId } = await box.jobs.queue(human, { kind: 'file_extract', workspace, path: 'x.txt' });
  const upload = await box.uploads.create(human, { workspace, path: 'y.bin', sizeBytes: 5 });
  const outsider = await box.join('outsider');
  expect(await outsider.refused('job_get', { job_id: jobId })).toMatchObject({ code: 'not_found' });
  expect(await outsider.refused('upload_status', { upload_id: upload.id })).toMatchObject({ code: 'not_found' });
  expect(outsider.ended).toEqual([]);
  expect(await outsider.refused('job_get', { job_id: 'job_none' })).toMatchObject({ code: 'not_found' });
});
