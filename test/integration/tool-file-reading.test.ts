import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BASE_URL, openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let box: TestCatalogue & AsyncDisposable;

let planner: CatalogueAgent;

let reader: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  planner = await box.join('planner');
  reader = await box.join('reader', 'viewer');
});

afterAll(() => box.dispose());

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');

describe('reading', () => {
  test('[TL25] text whole, by bytes and by lines, with where to go on', async () => {
    const text = 'one\ntwo ü\nthree\nfour';
    await planner.ok('file_write', { path: 'lines.txt', text });
    expect(await reader.ok('file_read', { path: 'lines.txt' })).toMatchObject({
      content: 'text',
      text,
      encoding: 'utf-8',
      start_byte: 0,
      end_byte: 21,
      truncated: false,
    });
    expect(await reader.ok('file_read', { path: 'lines.txt', start_line: 2, end_line: 3 })).toMatchObject({
      text: 'two ü\nthree\n',
      start_line: 2,
      end_line: 3,
      truncated: false,
    });
    expect(await reader.ok('file_read', { path: 'lines.txt', start_line: 3 })).toMatchObject({
      text: 'three\nfour',
      end_line: 4,
      total_lines: 4,
    });
    expect(await reader.ok('file_read', { path: 'lines.txt', start_line: 9 })).toMatchObject({
      text: '',
      total_lines: 4,
      truncated: false,
    });
    // The cut falls into the ü: it comes with the next part.
    const part = await reader.ok('file_read', { path: 'lines.txt', max_bytes: 9 });
    expect(part).toMatchObject({ text: 'one\ntwo ', end_byte: 8, truncated: true, next_start_byte: 8 });
    const rest = await reader.ok('file_read', { path: 'lines.txt', start_byte: 8 });
    expect(`${textIn(part.text)}${textIn(rest.text)}`).toBe(text);
    const byLine = await reader.ok('file_read', { path: 'lines.txt', start_line: 1, max_bytes: 12 });
    expect(byLine).toMatchObject({ text: 'one\ntwo ü\n', end_line: 2, truncated: true, next_start_line: 3 });
  });

  test('[TL25] a line longer than the answer may be is cut, and says so', async () => {
    await planner.ok('file_write', { path: 'long.txt', text: `${'x'.repeat(5000)}\nend\n` });
    const cut = await reader.call('file_read', { path: 'long.txt', start_line: 1, max_bytes: 100 });
    expect(cut.structuredContent).toMatchObject({ text: 'x'.repeat(100), start_line: 1, end_line: 1, truncated: true });
    expect(cut.content.at(-1)).toMatchObject({ text: expect.stringContaining('go on within it with start_byte: 100') });
  });

  test('[TL26] other encodings are detected; what is not text is base64, a picture an image, too large a link', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße', 'utf16le')]);
    await planner.ok('file_write', { path: 'utf16.txt', base64: base64(utf16) });
    expect(await reader.ok('file_read', { path: 'utf16.txt' })).toMatchObject({ encoding: 'utf-16le', text: 'Grüße' });
    await planner.ok('file_write', {
      path: 'latin1.txt',
      base64: base64(Buffer.from('Die Straße nach Köln ist über Düren länger.', 'latin1')),
    });
    expect(await reader.ok('file_read', { path: 'latin1.txt' })).toMatchObject({
      text: 'Die Straße nach Köln ist über Düren länger.',
    });

    const bytes = Buffer.from([0, 1, 2, 250, 251]);
    await planner.ok('file_write', { path: 'data.bin', base64: base64(bytes) });
    expect(await reader.ok('file_read', { path: 'data.bin' })).toMatchObject({
      content: 'base64',
      base64: base64(bytes),
      truncated: false,
    });
    expect(await reader.ok('file_read', { path: 'data.bin', start_byte: 1, end_byte: 3 })).toMatchObject({
      base64: base64(bytes.subarray(1, 3)),
      start_byte: 1,
      end_byte: 3,
    });
    expect(await reader.refused('file_read', { path: 'data.bin', as: 'text' })).toMatchObject({
      code: 'invalid_argument',
    });

    await planner.ok('file_write', { path: 'dot.png', base64: base64(png) });
    const picture = await reader.call('file_read', { path: 'dot.png' });
    expect(picture.structuredContent).toMatchObject({ content: 'image', mime: 'image/png' });
    expect(picture.content[0]).toEqual({ type: 'image', data: base64(png), mimeType: 'image/png' });

    const large = await reader.call('file_read', { path: 'dot.png', max_bytes: 10 });
    expect(large.structuredContent).toMatchObject({
      content: 'link',
      download_url: `${BASE_URL}/files/${box.workspace}/dot.png?version=1`,
    });
    expect(large.content[0]).toMatchObject({
      type: 'resource_link',
      name: 'dot.png',
      size: png.length,
      mimeType: 'image/png',
    });
  });

  test('[TL26] a client of a revision without resource links is given the address alone', async () => {
    await planner.ok('file_write', { path: 'old.bin', base64: base64(Buffer.from([0, 1])) });
    const answer = await reader.call('file_read', { path: 'old.bin', as: 'link' }, { protocolVersion: '2024-11-05' });
    expect(answer.content).toEqual([{ type: 'text', text: expect.stringContaining(`${BASE_URL}/files/`) }]);
  });

  test('[TL27] ranges that make no sense are refused', async () => {
    await planner.ok('file_write', { path: 'short.txt', text: 'abc' });
    const wrong = [
      { start_line: 1, start_byte: 0 },
      { start_line: 3, end_line: 2 },
      { start_byte: 5, end_byte: 5 },
      { start_byte: 9 },
      { as: 'base64', start_line: 1 },
    ];
    for (const range of wrong) {
      expect(await reader.refused('file_read', { path: 'short.txt', ...range })).toMatchObject({
        code: 'invalid_argument',
      });
    }
    expect(await reader.ok('file_read', { path: 'short.txt', start_byte: 3 })).toMatchObject({
      text: '',
      truncated: false,
    });
  });

  test('[TL28] a file that is not there names those with a similar path', async () => {
    await planner.ok('file_write', { path: 'reports/summary.md', text: 's' });
    const error = await reader.refused('file_stat', { path: 'reports/sumary.md' });
    expect(error).toMatchObject({ code: 'not_found', details: { near: ['reports/summary.md'] } });
  });
});
