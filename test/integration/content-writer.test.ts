import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BlobStore } from '../../src/hub/disk/blob-store.ts';

const contents = Array.from({ length: 40 }, (_, n) => Buffer.from(`content ${n} `.repeat(n + 1)));

test('[FI30] many small contents at once, some the same, are all on disk when they are answered', async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-contents-'));
  const blobs = await BlobStore.open({ dataDir });
  const staged = await Promise.all([...contents, ...contents].map((content) => blobs.stage(content)));
  for (const [n, { sha256, sizeBytes }] of staged.entries()) {
    const content = contents[n % contents.length] ?? Buffer.alloc(0);
    expect(sizeBytes).toBe(content.byteLength);
    expect(readFileSync(blobs.pathOf(sha256)).equals(content)).toBe(true);
  }
  await blobs.close();
  const marks = readdirSync(path.join(dataDir, 'blobs', 'incoming'));
  expect(marks.toSorted()).toEqual([...new Set(staged.map(({ sha256 }) => sha256))].toSorted());
  rmSync(dataDir, { recursive: true });
});

test('[FI30] contents that are being stored when the store closes are whole', async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-contents-'));
  const blobs = await BlobStore.open({ dataDir });
  const staged = Promise.all(contents.map((content) => blobs.stage(content)));
  await Promise.all([staged, blobs.close()]);
  for (const [n, { sha256 }] of (await staged).entries())
    expect(readFileSync(blobs.pathOf(sha256)).equals(contents[n] ?? Buffer.alloc(0))).toBe(true);
  rmSync(dataDir, { recursive: true });
});
