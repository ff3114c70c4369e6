import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { human } from '../support/open-hub.ts';
import { openTestFiles } from '../support/open-files.ts';

const small = 'the right bytes';
const large = Buffer.alloc(3 * 1024 * 1024, 'right ');
const kinds: readonly [what: string, content: Buffer][] = [
  ['small', Buffer.from(small)],
  ['large', large],
];

test.each(kinds)(
  '[FI31] a %s content that was changed on the disk is not given as the version, and is mended by the next write of it',
  async (_what, content) => {
    await using t = await openTestFiles();
    const { sha256 } = await t.put('a.bin', content);
    writeFileSync(t.files.blobs.pathOf(sha256), Buffer.alloc(content.length, 'wrong '));
    await expect(t.text('a.bin')).rejects.toMatchObject({ code: 'storage_failed' });

    expect(await t.put('b.bin', content)).toMatchObject({ sha256 });
    for (const path of ['a.bin', 'b.bin']) expect(await t.text(path)).toBe(content.toString());
  },
);

test('[FI31] a part of a content up to 1 MiB is checked too', async () => {
  await using t = await openTestFiles();
  const { sha256 } = await t.put('a.txt', small);
  writeFileSync(t.files.blobs.pathOf(sha256), 'THE right bytes');
  const part = t.files.read(t.workspace, 'a.txt', { range: { start: 4, end: 8 } });
  await expect(part).rejects.toMatchObject({ code: 'storage_failed', details: { sha256 } });
});

test('[FI31] a file whose content is missing is not copied', async () => {
  await using t = await openTestFiles();
  const { workspace } = t;
  const { sha256 } = await t.put('a.txt', small);
  rmSync(t.files.blobs.pathOf(sha256));
  const copy = async (): Promise<unknown> => t.files.copy(human, { workspace, from: 'a.txt', to: 'b.txt' });
  await expect(copy()).rejects.toMatchObject({ code: 'storage_failed' });
  await expect(t.files.stat(workspace, 'b.txt')).rejects.toMatchObject({ code: 'not_found' });
});
