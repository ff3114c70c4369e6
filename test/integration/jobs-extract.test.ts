import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobRecord } from '../../src/protocol/records.ts';
import { encodeLegacy, legacyTexts } from '../support/legacy-text.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { jpegWithExif, pdf, png, tarball, tarGz, zip } from '../support/sample-files.ts';

let t: TestFiles;
beforeAll(async () => {
  t = await openTestFiles();
});
afterAll(() => t[Symbol.asyncDispose]());

async function run(path: string, content: string | Uint8Array): Promise<JobRecord> {
  await t.put(path, content);
  const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace: t.workspace, path });
  return t.jobs.wait(jobId, { timeoutMs: 60_000 });
}

async function extract(path: string, content: string | Uint8Array): Promise<Record<string, unknown>> {
  const job = await run(path, content);
  if (job.status !== 'succeeded') throw new Error(`${path}: ${JSON.stringify(job)}`);
  return job.result;
}

test('[JB1] every file: type by content, size, hash', async () => {
  const bytes = Buffer.from([0, 1, 2, 3, 250, 251]);
  expect(await extract('thing.bin', bytes)).toEqual({
    type: { mime: 'application/octet-stream', kind: 'binary' },
    size_bytes: 6,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    warnings: [],
  });
});

test('[JB2] an image: dimensions, format and EXIF', async () => {
  const result = await extract('photo.txt', await jpegWithExif());
  expect(result).toMatchObject({
    type: { mime: 'image/jpeg', extension: 'jpg' },
    image: {
      width: 640,
      height: 480,
      format: 'jpeg',
      exif: { Make: 'Signal', Model: 'Box 1', Artist: 'Zoe', ISO: 200, latitude: 52.5, longitude: 13.4 },
    },
    warnings: [],
  });
  expect(await extract('dot.png', await png(3, 2))).toMatchObject({
    image: { width: 3, height: 2, has_alpha: true },
    warnings: [],
  });
  // What PNG says of itself is not EXIF.
  expect((await extract('dot.png', await png(3, 2)))['image']).not.toHaveProperty('exif');
  const withExif = await sharp(await png(3, 2))
    .withExif({ IFD0: { Make: 'Signal' } })
    .png()
    .toBuffer();
  const { image } = await extract('exif.png', withExif);
  expect(image).toMatchObject({ exif: { Make: 'Signal' } });
  expect(image).not.toMatchObject({ exif: { Compression: expect.anything() } });
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><image href="file:///etc/passwd"/></svg>';
  expect(await extract('a.svg', svg)).toMatchObject({
    type: { mime: 'image/svg+xml', kind: 'text' },
    image: { width: 40, height: 30 },
    text: { words: 5 },
  });
});

test.each([
  ['<svg xmlns="x" width="2in" height="10mm"/>', { width: 192, height: 37.8 }],
  [
    '<?xml version="1.0"?><!-- <svg width="1"> --><!DOCTYPE svg [<!ENTITY a ">">]><s:svg viewBox="0 0 30 20"/>',
    { width: 30, height: 20 },
  ],
  ['<svg width="100%" height="50" viewBox="0,0,10,5">', { width: 10, height: 50 }],
  ['<svg width="100%"></svg>', { format: 'svg' }],
] as const)('[JB9] a drawing is measured by its first tag: %s', async (text, expected) => {
  const { image, warnings } = await extract('drawing.svg', text);
  expect(image).toMatchObject({ format: 'svg', ...expected });
  expect(warnings).toEqual([]);
});

test('[JB9] a drawing is never drawn, whatever it is called', async () => {
  // Each use shows the one before ten times: drawn, this takes for ever.
  const uses = Array.from({ length: 12 }, (_, n) => `<g id="g${n + 1}">${`<use href="#g${n}"/>`.repeat(10)}</g>`).join(
    '',
  );
  const bomb = `<svg xmlns="http://www.w3.org/2000/svg"><defs><path id="g0" d="M0 0h9v9z"/>${uses}</defs><use href="#g12"/></svg>`;
  const began = performance.now();
  expect(await extract('bomb.svg', bomb)).toMatchObject({ image: { format: 'svg' } });
  const called = await run('bomb.png', `${bomb.slice(0, 4)} a="\0"${bomb.slice(4)}`);
  expect(called).toMatchObject({ status: 'succeeded', result: { type: { kind: 'binary' } } });
  expect(called).not.toHaveProperty('result.image');
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(await run('none.svg', '<html><svg/></html>')).toMatchObject({
    status: 'failed',
    error: { code: 'unreadable_file', message: expect.stringContaining('svg') },
  });
});

test('[JB3] a PDF: pages, title and author', async () => {
  expect(await extract('plain.pdf', pdf(1, 'T', 'A'))).not.toHaveProperty('text');
  expect(await extract('paper.pdf', pdf(3, 'Über Signale', 'Zoë'))).toMatchObject({
    type: { mime: 'application/pdf' },
    pdf: {
      pages: 3,
      title: 'Über Signale',
      author: 'Zoë',
      producer: 'by hand',
      encrypted: false,
      page_size_pt: { width: 595, height: 842 },
    },
    warnings: [],
  });
});

test('[JB4] text: encoding, lines and words, in whatever encoding', async () => {
  const facts = async (path: string, content: Uint8Array | string) => (await extract(path, content))['text'];
  expect(await facts('a.md', 'two words\nand four more here')).toEqual({
    encoding: 'us-ascii',
    byte_order_mark: false,
    lines: 2,
    words: 6,
    characters: 28,
    line_ending: 'lf',
  });
  expect(await facts('u.txt', 'zwölf\r\nÄpfel')).toMatchObject({
    encoding: 'utf-8',
    lines: 2,
    words: 2,
    characters: 12,
    line_ending: 'crlf',
  });
  expect(await facts('b.txt', '\ufeffhé')).toMatchObject({ encoding: 'utf-8', byte_order_mark: true, characters: 2 });
  expect(await facts('w.txt', Buffer.from('\ufeffzwei Wörter\n', 'utf16le'))).toMatchObject({
    encoding: 'utf-16le',
    words: 2,
    lines: 1,
    characters: 12,
  });
  const german = 'Die Züge fahren über die Brücke, die Lösung heißt Geduld. '.repeat(40);
  expect(await facts('l.txt', Buffer.from(german, 'latin1'))).toMatchObject({
    encoding: 'windows-1252',
    words: 400,
    characters: german.length,
  });
  // Cut in the middle of a character at the end of the first mebibyte, and wrong only after it.
  const late = Buffer.concat([Buffer.alloc(1024 * 1024 - 1, 'x'), Buffer.from('ü y'), Buffer.from([0xe9, 0x20, 0x61])]);
  expect(await facts('late.txt', late)).toMatchObject({ words: 3 });
  expect(await facts('cut.txt', late.subarray(0, -3))).toMatchObject({ encoding: 'utf-8', words: 2 });
});

test.each(legacyTexts)('[JB4] text in $encoding', async ({ encoding, text }) => {
  const found = await extract('old.txt', encodeLegacy(text, encoding));
  expect(found).toMatchObject({
    type: { mime: 'text/plain', kind: 'text' },
    text: { encoding, lines: 2, words: text.match(/\S+/gu)?.length, characters: text.length, byte_order_mark: false },
  });
});

test('[JB5] archives: what is in them, without unpacking', async () => {
  const entries = [{ name: 'dir/' }, { name: 'dir/ü.txt', content: 'hello' }, { name: '../../escape', content: 'x' }];
  expect(await extract('a.zip', zip(entries))).toMatchObject({
    type: { mime: 'application/zip' },
    archive: {
      format: 'zip',
      entry_count: 3,
      file_count: 2,
      folder_count: 1,
      total_bytes: 6,
      complete: true,
      entries: [
        { path: 'dir/', kind: 'folder', size_bytes: 0 },
        { path: 'dir/ü.txt', kind: 'file', size_bytes: 5 },
        { path: '../../escape', kind: 'file', size_bytes: 1 },
      ],
    },
    warnings: [expect.stringContaining('lead out')],
  });
  const listed = { entry_count: 3, file_count: 2, folder_count: 1, total_bytes: 9, complete: true };
  const files = { 'dir/one.txt': 'hello', 'dir/two.txt': 'four' };
  expect(await extract('a.tar', await tarball(files))).toMatchObject({
    archive: { format: 'tar', ...listed },
    warnings: [],
  });
  expect(await extract('a.tgz', await tarGz(files))).toMatchObject({
    archive: { format: 'tar.gz', ...listed },
    warnings: [],
  });
  expect(await extract('log.txt.gz', gzipSync('just text'))).toMatchObject({
    archive: { format: 'gzip', entries: [{ path: 'log.txt' }] },
  });
  expect(await extract('none.zip', zip([]))).toMatchObject({ archive: { entry_count: 0 } });
});

test('[JB6] a trap for whoever unpacks is listed within bounds, with a warning', async () => {
  const bomb = zip(Array.from({ length: 2000 }, (_, n) => ({ name: `${n}`, content: 'x', claims: 4_000_000_000 })));
  const result = await extract('bomb.zip', bomb);
  expect(result).toMatchObject({ archive: { entry_count: 2000, total_bytes: 8e12, entries_omitted: 1500 } });
  expect(result['warnings']).toEqual([expect.stringContaining('unpack')]);
  expect(JSON.stringify(result).length).toBeLessThan(100_000);
  const packed = gzipSync(await tarball({ zeros: '\0'.repeat(50_000_000) }));
  expect(await extract('bomb.tgz', packed)).toMatchObject({ archive: { total_bytes: 50_000_000 } });
});

test('[JB7] an empty file is a result with a warning', async () => {
  expect(await extract('empty.jpg', '')).toMatchObject({
    type: { kind: 'empty' },
    size_bytes: 0,
    text: { lines: 0, words: 0 },
    warnings: ['The file is empty.'],
  });
});

test('[JB7] what is damaged is listed as far as it goes', async () => {
  const jpeg = await jpegWithExif();
  const half = await extract('half.jpg', jpeg.subarray(0, jpeg.length / 2));
  expect(half).toMatchObject({ image: { width: 640, height: 480 }, warnings: [expect.stringContaining('damaged')] });
  const cut = (await tarball({ one: 'x'.repeat(5000), two: 'y'.repeat(5000) })).subarray(0, 9000);
  expect(await extract('cut.tar', cut)).toMatchObject({
    archive: { complete: false },
    warnings: [expect.stringContaining('cut off')],
  });
});

test.each([
  ['broken.jpg', async () => (await jpegWithExif()).subarray(0, 40)],
  ['broken.png', async () => (await png(50, 50)).subarray(0, 30)],
  ['broken.pdf', async () => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(2000, 0xff)])],
  ['broken.zip', async () => zip([{ name: 'a', content: 'x'.repeat(200) }]).subarray(0, 150)],
  ['broken.gz', async () => Buffer.concat([gzipSync('x'.repeat(100)).subarray(0, 12), Buffer.alloc(50, 0xfe)])],
] as const)('[JB7] %s fails as unreadable_file, and says why', async (name, content) => {
  const job = await run(name, await content());
  expect(job).toMatchObject({
    status: 'failed',
    error: { code: 'unreadable_file', message: expect.stringMatching(/cannot be/u) },
  });
});

test('[JB7] a content that has changed on disk is not taken for the file', async () => {
  const { sha256 } = await t.put('rot.txt', 'as it was');
  await writeFile(await t.files.blobs.fileOf(sha256), 'as it is!');
  const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace: t.workspace, path: 'rot.txt' });
  expect(await t.jobs.wait(jobId, { timeoutMs: 10_000 })).toMatchObject({
    status: 'failed',
    error: { code: 'storage_failed', message: expect.stringContaining('damaged') },
  });
});

test('[JB27] a content that is gone is named by its file, not by where it lay', async () => {
  const { sha256 } = await t.put('away.txt', 'soon gone');
  await rm(await t.files.blobs.fileOf(sha256));
  const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace: t.workspace, path: 'away.txt' });
  const job = await t.jobs.wait(jobId, { timeoutMs: 10_000 });
  expect(job).toMatchObject({ status: 'failed', error: { message: expect.stringContaining("open 'away.txt'") } });
  expect(JSON.stringify(job)).not.toContain(t.test.dataDir);
});

test('[JB8] an extraction says what it finds while it works', async () => {
  const job = await run('said.pdf', pdf(2, 'T', 'A'));
  expect(job.log).toEqual([expect.stringContaining('application/pdf'), 'PDF document of 2 pages']);
});
