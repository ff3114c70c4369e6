import { expect, test } from 'vitest';
import { readFacts } from '../../src/jobs/job-facts.ts';
import { extractFacts, extractGist } from '../../src/jobs/file-extract/facts.ts';

function flat(result: Record<string, unknown>): string[] {
  return extractFacts(result).sections.flatMap(({ title, rows }) =>
    rows.map(({ name, value }) => `${title} | ${name}: ${value}`),
  );
}

test('[UX23] a picture is shown with its dimensions and how the camera took it', () => {
  const lines = flat({
    type: { kind: 'image', mime: 'image/jpeg' },
    size_bytes: 2_097_152,
    sha256: 'ab',
    image: {
      format: 'jpeg',
      width: 4000,
      height: 3000,
      has_alpha: false,
      exif: { ISO: 200, Make: 'Leica', FNumber: 2.8, ExposureTime: 0.008, latitude: 52.5200066 },
    },
  });
  expect(lines).toEqual([
    'File | Type: image/jpeg',
    'File | Size: 2 MiB (2,097,152 bytes)',
    'File | SHA-256: ab',
    'Picture | Dimensions: 4000 × 3000 px',
    'Picture | Format: jpeg',
    'Picture | Has alpha: no',
    'Camera (EXIF) | Make: Leica',
    'Camera (EXIF) | Exposure time: 1/125 s',
    'Camera (EXIF) | Aperture: f/2.8',
    'Camera (EXIF) | ISO: 200',
    'Camera (EXIF) | Latitude: 52.52001°',
  ]);
});

test('[UX23] a PDF says its pages and their size, a text its encoding and lines', () => {
  expect(flat({ pdf: { pages: 12, title: 'Plan', page_size_pt: { width: 595.28, height: 841.89 } } })).toEqual([
    'PDF document | Page size: 210 × 297 mm (A4)',
    'PDF document | Title: Plan',
    'PDF document | Pages: 12',
  ]);
  expect(flat({ text: { encoding: 'utf-8', lines: 1234, byte_order_mark: false } })).toEqual([
    'Text | Encoding: utf-8',
    'Text | Lines: 1,234',
    'Text | Byte order mark: no',
  ]);
});

test('[UX23] an archive is listed; warnings are shown; the unknown is shown all the same', () => {
  const result = extractFacts({
    warnings: ['The archive is encrypted.'],
    archive: {
      format: 'zip',
      entry_count: 3,
      entries: [{ path: 'a/b.txt', kind: 'file', size_bytes: 5 }, { path: 'a/', kind: 'folder', size_bytes: 0 }, 7],
      entries_omitted: 1,
    },
    sound: { sample_rate: 44_100, channels: ['left', 'right'] },
  });
  expect(result.warnings).toEqual(['The archive is encrypted.']);
  expect(result.entries).toEqual([
    { path: 'a/b.txt', kind: 'file', sizeBytes: 5 },
    { path: 'a/', kind: 'folder', sizeBytes: 0 },
  ]);
  expect(result.entriesOmitted).toBe(1);
  expect(result.sections.map(({ title }) => title)).toEqual(['Archive', 'Sound']);
  expect(result.sections[1]?.rows.map(({ value }) => value)).toEqual(['44,100', 'left, right']);
});

test('[UX23] a result in a few words says its type and the one figure that tells most', () => {
  expect(extractGist({ type: { mime: 'image/jpeg' }, image: { width: 4, height: 3 } })).toBe('image/jpeg, 4 × 3 px');
  expect(extractGist({ type: { mime: 'application/pdf' }, pdf: { pages: 1 }, text: { lines: 9 } })).toBe(
    'application/pdf, 1 page',
  );
  expect(extractGist({ type: { mime: 'text/csv' }, text: { lines: 5000 } })).toBe('text/csv, 5,000 lines');
  expect(extractGist({})).toBe('');
});

test('[UX23] a result whose kind has no words of its own is shown by the names in it', () => {
  const { sections, warnings } = readFacts({
    sha256: 'ab',
    size_bytes: 1024,
    taken: { at: '2026-01-05T09:00:00.000Z' },
  });
  expect(warnings).toEqual([]);
  expect(sections).toEqual([
    {
      title: 'Result',
      rows: [
        { name: 'SHA-256', value: 'ab', isData: true },
        { name: 'Size', value: '1 KiB (1,024 bytes)', isData: true },
      ],
    },
    { title: 'Taken', rows: [{ name: 'At', value: '2026-01-05 09:00:00', isData: true }] },
  ]);
});

test('[UX23] a list of objects is a section with a line for each, named by its first value; of a long one the first', () => {
  const file = (path: string) => ({ path, lines: 1200, size_bytes: 3 });
  const { sections } = readFacts({ files: [file('a.txt'), 'no object', file('a.txt')], sum: { lines: 2400 } });
  const value = 'Lines: 1,200, Size: 3 B (3 bytes)';
  expect(sections).toEqual([
    {
      title: 'Files',
      rows: [
        { name: 'a.txt', value, isData: true },
        { name: 'a.txt (2)', value, isData: true },
      ],
    },
    { title: 'Sum', rows: [{ name: 'Lines', value: '2,400', isData: true }] },
  ]);
  const long = readFacts({ files: Array.from({ length: 250 }, (_, n) => file(`${n}`)) }).sections[0]?.rows ?? [];
  expect(long).toHaveLength(201);
  expect(long.at(-1)).toEqual({ name: 'and more', value: '50', isData: false });
});
