import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutLines } from '../../src/server/mcp/catalogue/reading/cut-lines.ts';
import { nearest } from '../../src/protocol/words/nearest.ts';
import { render } from '../../src/server/mcp/catalogue/views/render.ts';
import { textEncoding } from '../../src/hub/files/text-encoding.ts';
import { decodeText } from '../../src/server/mcp/catalogue/reading/text-content.ts';

/** A stream in pieces of a size, so that characters and lines are cut anywhere. */
function inPieces(bytes: Buffer, size: number): Readable {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return Readable.from(pieces);
}

const someText = fc
  .array(fc.constantFrom('a', 'ü', '漢', '🚂', '\n', '\r\n', ' '), { maxLength: 60 })
  .map((parts) => parts.join(''));

describe('[TL25] lines and bytes of a text', () => {
  test('any range of lines is that of the whole text, however it comes in', async () => {
    await fc.assert(
      fc.asyncProperty(
        someText,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('utf-8' as const, 'utf-16le' as const),
        async (text, start, more, size, code) => {
          const lines = text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
          const end = start + more;
          const cut = await cutLines(inPieces(Buffer.from(text, code), size), code, { start, end, maxBytes: 1000 });
          expect(new TextDecoder(code).decode(cut.bytes)).toBe(lines.slice(start - 1, end).join(''));
          expect(cut.startByte).toBe(Buffer.byteLength(lines.slice(0, start - 1).join(''), code));
          expect(cut.endLine).toBe(Math.max(start - 1, Math.min(end, lines.length)));
          if (cut.totalLines !== undefined) expect(cut.totalLines).toBe(lines.length);
          else expect(lines.length).toBeGreaterThanOrEqual(end);
        },
      ),
    );
  });

  test('parts by line, and within a line that is too long by byte, join to the whole text', async () => {
    await fc.assert(
      fc.asyncProperty(
        someText,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 9 }),
        async (text, maxBytes, size) => {
          const bytes = Buffer.from(text.repeat(3));
          let joined = '';
          for (let start = 1; ;) {
            const cut = await cutLines(inPieces(bytes, size), 'utf-8', { start, end: Infinity, maxBytes });
            if (cut.brokenLine) {
              const { startByte } = cut;
              const part = decodeText(cut.bytes, 'utf-8', { startByte, maxBytes });
              expect(part.usedBytes).toBeGreaterThan(0);
              joined += part.text + bytes.subarray(startByte + part.usedBytes).toString();
              break;
            }
            expect(cut.bytes.length).toBeLessThanOrEqual(maxBytes);
            joined += cut.bytes.toString();
            if (cut.totalLines !== undefined) break;
            start = cut.endLine + 1;
          }
          expect(joined).toBe(bytes.toString());
        },
      ),
    );
  });

  test.each(['utf-8', 'utf-16le'] as const)('parts by byte of %s join to the whole text', (code) => {
    fc.assert(
      fc.property(someText, fc.integer({ min: 1, max: 12 }), (text, maxBytes) => {
        const bytes = Buffer.from(text, code);
        let joined = '';
        for (let startByte = 0; startByte < bytes.length;) {
          const part = decodeText(bytes.subarray(startByte), code, { startByte, maxBytes });
          expect(part.usedBytes).toBeGreaterThan(0);
          joined += part.text;
          startByte += part.usedBytes;
        }
        expect(joined).toBe(text);
      }),
    );
  });
});

test('[TL26] encodings: UTF-8 first, marks believed, bytes that are no text are none', () => {
  expect(textEncoding(Buffer.from(''), 'text/plain')).toBe('utf-8');
  expect(textEncoding(Buffer.from('grün 漢').subarray(0, 8), 'text/plain')).toBe('utf-8');
  expect(textEncoding(Buffer.from([0xfe, 0xff, 0, 65]), 'text/plain')).toBe('utf-16be');
  expect(textEncoding(Buffer.from('Größe, Maße und Übergänge', 'latin1'), 'text/plain')).toMatch(
    /^(?:windows-1252|iso-8859-\d+)$/u,
  );
  expect(textEncoding(Buffer.from([1, 0, 2]), 'application/octet-stream')).toBeUndefined();
  expect(textEncoding(Buffer.from('%PDF-1.7 all of it ASCII'), 'application/pdf')).toBeUndefined();
  expect(textEncoding(Buffer.from('<svg/>'), 'image/svg+xml')).toBe('utf-8');
});

test('[TL4] the name that was probably meant', () => {
  const names = ['workspace', 'path', 'ttl_s', 'wait_ms', 'reason'];
  expect(nearest('ttl', names)).toBe('ttl_s');
  expect(nearest('waitMs', names)).toBe('wait_ms');
  expect(nearest('work_space', names)).toBe('workspace');
  expect(nearest('pth', names)).toBe('path');
  expect(nearest('colour', names)).toBeUndefined();
});

test('[TL6] text leaves nothing out', () => {
  const text = render('Two files.', {
    count: 2,
    files: [
      { path: 'a b.md', size_bytes: 1 },
      { path: 'c', by: { kind: 'hub' } },
    ],
    none: [],
    deep: { at: 'x' },
    left: undefined,
  });
  expect(text.split('\n')).toEqual([
    'Two files.',
    'count: 2',
    'files:',
    '- path="a b.md", size_bytes=1',
    '- path=c, by={"kind":"hub"}',
    'none: none',
    'deep:',
    '  at: x',
  ]);
});
