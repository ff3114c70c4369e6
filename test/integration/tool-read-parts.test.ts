import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeLegacy, legacyTexts } from '../support/legacy-text.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';

let box: TestCatalogue & AsyncDisposable;
let agent: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  agent = await box.join('agent');
});
afterAll(() => box.dispose());

/** Reads as file_read's description says: goes on with what the answer names, until nothing is cut. */
async function readAll(path: string, from: Record<string, number>, maxBytes: number): Promise<string> {
  let joined = '';
  for (let next: Record<string, unknown> = from; ;) {
    const part = await agent.ok('file_read', { path, ...next, max_bytes: maxBytes });
    joined += textIn(part.text);
    const { next_start_byte: byte, next_start_line: line } = part;
    const named = [byte, line].filter((one) => one !== undefined);
    expect(part).toMatchObject({ truncated: named.length > 0 });
    if (named.length === 0) return joined;
    expect(named).toHaveLength(1);
    next = byte === undefined ? { start_line: line } : { start_byte: byte };
  }
}

describe('[TL25] parts join without loss', () => {
  test('a line that is longer than an answer may be', async () => {
    const text = `${'A'.repeat(300_000)}END\nsecond\n`;
    await agent.ok('file_write', { path: 'long', text });
    const part = await agent.ok('file_read', { path: 'long', start_line: 1 });
    expect(part).toMatchObject({
      truncated: true,
      line_cut: true,
      start_line: 1,
      end_line: 1,
      next_start_byte: 8192,
    });
    expect(part).not.toHaveProperty('next_start_line');
    expect(await readAll('long', { start_line: 1 }, 262_144)).toBe(text);
    expect(await agent.ok('file_read', { path: 'long', start_line: 2 })).not.toHaveProperty('line_cut');
  });

  test('a long line in the middle, of characters of several bytes', async () => {
    const text = `kurz\n${'äöü漢🚂'.repeat(200)}\nend`;
    await agent.ok('file_write', { path: 'middle', text });
    expect(await readAll('middle', { start_line: 1 }, 100)).toBe(text);
    expect(await readAll('middle', { start_line: 2 }, 101)).toBe(text.slice(5));
  });

  test('answers smaller than a character', async () => {
    const text = 'äöü漢🚂\n\ufeffx';
    await agent.ok('file_write', { path: 'tiny', text });
    for (const maxBytes of [1, 2, 3, 5]) {
      expect(await readAll('tiny', { start_byte: 0 }, maxBytes)).toBe(text);
      expect(await readAll('tiny', { start_line: 1 }, maxBytes)).toBe(text);
    }
  });

  test('text that ends within a character loses nothing of what is before', async () => {
    await agent.ok('file_write', { path: 'cut', base64: Buffer.from('one\ntwo ü').subarray(0, -1).toString('base64') });
    expect(await readAll('cut', { start_line: 1 }, 100)).toBe('one\ntwo \ufffd');
    expect(await readAll('cut', { start_byte: 0 }, 4)).toBe('one\ntwo \ufffd');
  });

  test.each(legacyTexts)('$encoding', async ({ encoding, text }) => {
    await agent.ok('file_write', { path: encoding, base64: encodeLegacy(text, encoding).toString('base64') });
    expect(await agent.ok('file_read', { path: encoding })).toMatchObject({ text, encoding });
    for (const maxBytes of [1, 7, 30, 90]) {
      expect(await readAll(encoding, { start_byte: 0 }, maxBytes)).toBe(text);
      expect(await readAll(encoding, { start_line: 1 }, maxBytes)).toBe(text);
    }
  });
});
