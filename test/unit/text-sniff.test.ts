import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodingOf } from '../../src/hub/files/text-sniff.ts';
import { encodeLegacy, legacyTexts } from '../support/legacy-text.ts';

test.each(legacyTexts)('[TL26] $encoding is recognised in a few lines and in many', ({ encoding, text }) => {
  const bytes = encodeLegacy(text, encoding);
  expect(encodingOf(bytes)).toBe(encoding);
  expect(encodingOf(Buffer.concat(Array.from({ length: 50 }, () => bytes)))).toBe(encoding);
  // Cut anywhere, also within a character; and after a long beginning in ASCII.
  for (let end = bytes.length - 1; end > bytes.length - 8; end -= 1) {
    expect(encodingOf(bytes.subarray(0, end)), `${end}`).toBe(encoding);
  }
  expect(encodingOf(Buffer.concat([Buffer.from('# notes\n'.repeat(20)), bytes]))).toBe(encoding);
});

test('[TL26] UTF-16 is recognised without its mark; UTF-32 is not taken for it', () => {
  const text = 'Die Größe, съешь же ещё\n';
  const little = Buffer.from(text, 'utf16le');
  expect(encodingOf(little)).toBe('utf-16le');
  expect(encodingOf(Buffer.from(little).swap16())).toBe('utf-16be');
  expect(encodingOf(Buffer.concat([Buffer.from([0xff, 0xfe]), little]))).toBe('utf-16le');
  const wide = Buffer.from(Uint32Array.from(Array.from(`\ufeff${text}`, (char) => char.codePointAt(0) ?? 0)).buffer);
  expect(encodingOf(wide)).toBeUndefined();
  expect(encodingOf(wide.subarray(4))).toBeUndefined();
});

test('[TL26] colours of a terminal are plain text', () => {
  expect(encodingOf(Buffer.from('\u001B[31mred\u001B[0m $B'))).toBe('utf-8');
});

test('[FI22] what is no text is none: programs, archives, databases, pictures, noise', async () => {
  const head = (file: string): Buffer => {
    const bytes = Buffer.alloc(64 * 1024);
    const handle = openSync(file, 'r');
    const length = readSync(handle, bytes);
    closeSync(handle);
    return bytes.subarray(0, length);
  };
  await using folder = await mkdtempDisposable(join(tmpdir(), 'signalbox-'));
  const database = join(folder.path, 'some.db');
  const db = new DatabaseSync(database);
  db.exec("CREATE TABLE words (word TEXT); INSERT INTO words VALUES ('many of these are text')");
  db.close();
  const noise = randomBytes(3 * 64 * 64);
  const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg()
    .toBuffer();
  const text = Buffer.from('words '.repeat(500));
  const binaries = {
    program: head(process.execPath),
    database: readFileSync(database),
    jpeg,
    'inside of a jpeg': jpeg.subarray(700),
    gzip: gzipSync(text),
    deflate: deflateRawSync(randomBytes(500)),
    noise,
    'grey pixels': Buffer.alloc(4096, 0).map((_, at) => 0x80 + ((at * 7) % 61)),
    'quiet sound': Buffer.from(Array.from({ length: 4000 }, (_, at) => 0x88 + Math.round(7 * Math.sin(at / 9)))),
    'high noise': noise.map((byte) => byte | 0x80),
    'high noise in lines': noise.map((byte, at) => (at % 16 === 15 ? 0x0a : byte | 0x80)),
    numbers: Buffer.from(new Int16Array(2000).map((_, at) => at * 3).buffer),
    floats: Buffer.from(new Float32Array(2000).map((_, at) => at / 7).buffer),
    zeros: Buffer.alloc(100),
    'one byte again': Buffer.alloc(3000, 0xe0),
  };
  for (const [name, bytes] of Object.entries(binaries)) expect(encodingOf(bytes), name).toBeUndefined();
});
