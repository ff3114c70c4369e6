import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BlobStore } from '../../src/hub/disk/blob-store.ts';
import { ContentWriter } from '../../src/hub/disk/content-writer.ts';

const contents = Array.from({ length: 40 }, (_, n) => Buffer.from(`content ${n} `.repeat(n + 1)));

test('[FI30] many small contents at once, some the same, are all on disk when they are answered', async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-contents-'));
  const blobs = await BlobStore.open({ dataDir });
  const staged = await Promise.all([...contents, ...contents].map((content) => blobs.stage(content)));
  for (const [n, { sha256, sizeBytes }] of staged.entries()) {
    const content = contents[n % contents.length] ?? Buffer.alloc(0);
    expect(sizeBytes).toBe(content.byteLength);
    expect(readFileSync(await blobs.fileOf(sha256)).equals(content)).toBe(true);
  }
  await blobs.close();
  const marks = readdirSync(path.join(dataDir, 'blobs', 'incoming'));
  expect(marks.toSorted()).toEqual([...new Set(staged.map(({ sha256 }) => sha256))].toSorted());
  rmSync(dataDir, { recursive: true });
});

test('[FI30] contents that are being stored when their writer closes are stored', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-contents-'));
  const writer = new ContentWriter(folder);
  const fileOf = (n: number): string => path.join(folder, String(n));
  const stored = contents.map((content, n) =>
    writer.write({ file: fileOf(n), mark: undefined, bytes: Uint8Array.from(content) }),
  );
  await writer.close();
  for (const [n, content] of contents.entries()) {
    expect(await stored[n]).toEqual({ kind: 'stored', isMarked: false });
    expect(readFileSync(fileOf(n)).equals(content)).toBe(true);
  }
  expect(readdirSync(folder)).toHaveLength(contents.length);
  rmSync(folder, { recursive: true });
});

test('[FI30] what the disk says of a content that cannot be stored is answered', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-contents-'));
  const writer = new ContentWriter(folder);
  const file = path.join(folder, 'missing', 'content');
  const stored = await writer.write({ file, mark: undefined, bytes: Uint8Array.from([1]) });
  expect(stored).toMatchObject({ kind: 'failed', code: 'ENOENT', syscall: 'link' });
  await writer.close();
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
