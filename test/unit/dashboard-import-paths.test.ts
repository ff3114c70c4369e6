import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Files } from '../../src/hub/files/files.ts';
import type { FileWriteInput } from '../../src/hub/files/file-inputs.ts';
import { importPaths } from '../../src/server/dashboard/import-paths.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-import-'));
  await mkdir(path.join(dir, 'box/deep'), { recursive: true });
  await writeFile(path.join(dir, 'one.txt'), 'one');
  await writeFile(path.join(dir, 'box/two.txt'), 'two');
  await writeFile(path.join(dir, "box/deep/it's 100% ü.txt"), 'three');
  await symlink(dir, path.join(dir, 'box/round'));
  await symlink(path.join(dir, 'one.txt'), path.join(dir, 'link.txt'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function recorder() {
  const written: Record<string, string> = {};
  const files = {
    async write(_origin: unknown, input: FileWriteInput) {
      let text = '';
      for await (const part of input.content as AsyncIterable<Uint8Array>) text += Buffer.from(part).toString();
      written[`${input.source}:${input.path}`] = text;
    },
  } as unknown as Files;
  return { written, deps: { files, importPaths: true } };
}

test('[DB33] files and whole folders come in by their paths, below the folder they were dropped on', async () => {
  const { written, deps } = recorder();
  const paths = ['one.txt', 'box', 'link.txt'].map((name) => path.join(dir, name));
  expect(await importPaths(deps, 'wsp_1', 'in', paths)).toEqual({ imported: 4 });
  expect(written).toEqual({
    'import:in/one.txt': 'one',
    'import:in/link.txt': 'one',
    'import:in/box/two.txt': 'two',
    "import:in/box/deep/it's 100% ü.txt": 'three',
  });
  expect(await importPaths(deps, 'wsp_1', '', [path.join(dir, 'one.txt')])).toEqual({ imported: 1 });
  expect(written['import:one.txt']).toBe('one');
});

test('[DB34] what is not there, is named relatively, or comes to a hub in a browser is refused', async () => {
  const { deps } = recorder();
  const refused = (paths: string[], given = deps): Promise<unknown> => importPaths(given, 'wsp_1', '', paths);
  await expect(refused([path.join(dir, 'none')])).rejects.toMatchObject({ code: 'not_found' });
  await expect(refused(['one.txt'])).rejects.toMatchObject({ code: 'invalid_path' });
  await expect(refused([path.join(dir, 'one.txt')], { ...deps, importPaths: false })).rejects.toMatchObject({
    code: 'conflict',
  });
});
