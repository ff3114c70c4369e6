import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BASE_URL, openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';

let box: TestCatalogue & AsyncDisposable;

let planner: CatalogueAgent;

let reader: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  planner = await box.join('planner');
  reader = await box.join('reader', 'viewer');
});

afterAll(() => box.dispose());

describe('uploading', () => {
  test('[TL32] upload_create gives a URL and an expiry, upload_status how far it is, and the end a file', async () => {
    const content = Buffer.from('uploaded in two pieces');
    const begun = await planner.ok('upload_create', { path: 'up.txt', size_bytes: content.length });
    const { upload_id: id } = begun;
    expect(begun).toMatchObject({ upload_url: `${BASE_URL}/uploads/${textIn(id)}`, received_bytes: 0, path: 'up.txt' });
    const pieces = async function* (from: number, to: number) {
      yield Promise.resolve(content.subarray(from, to));
    };
    await box.uploads.append(textIn(id), 0, pieces(0, 8));
    expect(await reader.ok('upload_status', { upload_id: id })).toMatchObject({
      status: 'receiving',
      received_bytes: 8,
    });
    await box.uploads.append(textIn(id), 8, pieces(8, content.length));
    expect(await reader.ok('upload_status', { upload_id: id })).toMatchObject({
      status: 'finished',
      received_bytes: content.length,
      version: 1,
    });
    expect(await planner.ok('file_read', { path: 'up.txt' })).toMatchObject({ text: content.toString() });
  });

  test('[TL33] a cancelled upload is gone, and says so', async () => {
    const { upload_id: id } = await planner.ok('upload_create', { path: 'never.bin', size_bytes: 10 });
    expect(await reader.refused('upload_cancel', { upload_id: id })).toMatchObject({ code: 'forbidden' });
    expect(await planner.ok('upload_cancel', { upload_id: id, reason: 'not needed' })).toMatchObject({
      cancelled: true,
      path: 'never.bin',
    });
    expect(['gone', 'not_found']).toContain((await planner.refused('upload_status', { upload_id: id })).code);
    expect(await planner.refused('upload_status', { upload_id: 'upl_none' })).toMatchObject({ code: 'not_found' });
    const done = await planner.ok('upload_create', { path: 'nothing.bin', size_bytes: 0 });
    expect(await planner.refused('upload_cancel', { upload_id: done.upload_id })).toMatchObject({ code: 'conflict' });
  });
});
