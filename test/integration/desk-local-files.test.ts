import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HubEvent } from '../../src/protocol/events.ts';
import { localFiles } from '../../src/server/desk/local-files.ts';
import { LocalUploads } from '../../src/server/desk/local-uploads.ts';
import { connectDashboard, dashboardOn } from '../support/dashboard-client.ts';
import { memoryChannel } from '../support/memory-channel.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { startTestHub } from '../support/start-test-hub.ts';
import { needsPosix } from '../support/needs.ts';

let dir: string;
let t: TestFiles;
let local: LocalUploads;
let emitted: HubEvent[];

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-import-'));
  await mkdir(path.join(dir, 'box/deep'), { recursive: true });
  await writeFile(path.join(dir, 'one.txt'), 'one');
  await writeFile(path.join(dir, 'empty.txt'), '');
  await writeFile(path.join(dir, 'box/two.txt'), 'two');
  await writeFile(path.join(dir, "box/deep/it's 100% ü.txt"), 'three');
  await symlink(dir, path.join(dir, 'box/round'));
  await symlink(path.join(dir, 'one.txt'), path.join(dir, 'box/to-one.txt'));
  await symlink(path.join(dir, 'one.txt'), path.join(dir, 'link.txt'));
  await writeFile(path.join(dir, 'large.bin'), '');
  await truncate(path.join(dir, 'large.bin'), 64 * 1024 * 1024);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

beforeEach(async () => {
  t = await openTestFiles();
  local = new LocalUploads({ hub: t.test.hub, uploads: t.uploads });
  emitted = [];
  t.test.hub.subscribe((batch) => emitted.push(...batch.map(({ event }) => event)));
});
afterEach(() => t[Symbol.asyncDispose]());

const at = (name: string): string => path.join(dir, name);
const take = async (name: string, file = at(name)): Promise<void> => {
  const { uploadId } = await local.begin(t.workspace, name, file);
  await local.send(uploadId);
};

test('[DB33] files and whole folders are found by their paths, below the folder they were dropped on', async () => {
  const found = await localFiles(['one.txt', 'box', 'link.txt'].map(at));
  const sound = found.filter(({ refused }) => !refused);
  expect(sound.map((each) => each.path).toSorted()).toEqual([
    "box/deep/it's 100% ü.txt",
    'box/two.txt',
    'link.txt',
    'one.txt',
  ]);
  for (const each of sound) await take(each.path, each.file);
  expect(await t.text("box/deep/it's 100% ü.txt")).toBe('three');
  expect(await t.text('link.txt')).toBe('one');
});

test(
  '[DB50] what is in a folder and is no file is refused by its name, and the rest is found',
  needsPosix,
  async () => {
    const socket = createServer().listen(at('box/socket'));
    await once(socket, 'listening');
    const found = await localFiles([at('box'), at('none'), at('one.txt')]);
    const refused = found.flatMap((each) => (each.refused ? [[each.path, each.refused.message] as const] : []));
    expect(Object.fromEntries(refused)).toEqual({
      'box/round': expect.stringContaining('round is a link'),
      'box/to-one.txt': expect.stringContaining('to-one.txt is a link'),
      'box/socket': expect.stringContaining('socket is neither a file nor a folder'),
      none: expect.stringContaining('none could not be read'),
    });
    expect(found.filter((each) => !each.refused)).toHaveLength(3);
    socket.close();
  },
);

test('[DB34] what is not there or is named relatively is refused', async () => {
  const begin = (file: string) => local.begin(t.workspace, 'in.txt', file);
  await expect(begin(at('none'))).rejects.toMatchObject({ code: 'not_found' });
  await expect(begin('one.txt')).rejects.toMatchObject({ code: 'invalid_path' });
  await expect(begin(at('box'))).rejects.toMatchObject({ code: 'invalid_path' });
});

test("[DB34] a browser on the desktop's hub may not name files of its machine, the desktop's own window may", async () => {
  const hub = await startTestHub({ importPaths: true });
  const { server, workspace } = hub;
  const { hubEnd, dashboardEnd } = memoryChannel();
  server.api(hubEnd);
  const desktop = dashboardOn(dashboardEnd);
  const browser = await connectDashboard(server.url, { authorization: `Bearer ${server.adminToken}` });
  const own = await desktop.api.localUploadBegin({ workspace, path: 'in.txt', file: at('one.txt') });
  expect(await desktop.api.localFiles({ paths: [at('one.txt')] })).toMatchObject([{ path: 'one.txt' }]);
  for (const asked of [
    browser.api.localFiles({ paths: [at('one.txt')] }),
    browser.api.localUploadBegin({ workspace, path: 'other.txt', file: at('one.txt') }),
    browser.api.localUploadSend({ uploadId: own.uploadId }),
  ]) {
    await expect(asked).rejects.toMatchObject({ code: 'conflict' });
  }
  expect((await desktop.api.open()).hub.localPaths).toBe(true);
  expect((await browser.api.open()).hub.localPaths).toBe(false);
  await hub.close();
});

test('[DB54] a drop of more than 20,000 files and folders is refused whole, with what to do', async () => {
  const many = Array.from({ length: 10_001 }, () => at('box/deep'));
  await expect(localFiles(many)).rejects.toMatchObject({
    code: 'too_large',
    message: expect.stringContaining('drop its folders one by one'),
  });
});

test('[DB51] a file of this machine is an upload: opened, pushed, finished, and the cause of its version', async () => {
  await take('one.txt');
  await take('empty.txt');
  for (const name of ['one.txt', 'empty.txt']) {
    const events = emitted.filter((event) => 'path' in event && event.path === name);
    expect(events.map(({ type }) => type)).toEqual(['upload.started', 'file.written', 'upload.finished']);
    const [started, written] = events;
    expect(written).toMatchObject({ source: 'import', actor: { kind: 'human' }, cause: started?.seq });
  }
});

test('[DB52] one that is cancelled, cannot be read or is refused ends by itself alone', async () => {
  const { uploadId } = await local.begin(t.workspace, 'large.bin', at('large.bin'));
  const sent = expect(local.send(uploadId)).rejects.toMatchObject({ code: 'gone' });
  await t.uploads.cancel({ actor: { kind: 'human' } }, uploadId, 'enough');
  await sent;

  await writeFile(at('shrinks.txt'), 'twelve bytes');
  const shrinking = await local.begin(t.workspace, 'shrinks.txt', at('shrinks.txt'));
  await truncate(at('shrinks.txt'), 3);
  await expect(local.send(shrinking.uploadId)).rejects.toMatchObject({ code: 'conflict' });

  const gone = await local.begin(t.workspace, 'shrinks.txt', at('shrinks.txt'));
  await rm(at('shrinks.txt'));
  await expect(local.send(gone.uploadId)).rejects.toMatchObject({ code: 'not_found' });

  await expect(local.begin(t.workspace, String.raw`b\c.txt`, at('one.txt'))).rejects.toMatchObject({
    code: 'invalid_path',
  });
  await take('one.txt');
  expect(t.test.hub.state.uploads.size).toBe(0);
  expect(emitted.filter(({ type }) => type === 'upload.cancelled')).toMatchObject([
    { reason: 'enough' },
    { reason: 'conflict' },
    { reason: 'not_found' },
  ]);
});

test('[DB53] who asks again waits for the same reading, and afterwards hears what came of it', async () => {
  const { uploadId } = await local.begin(t.workspace, 'large.bin', at('large.bin'));
  await Promise.all([local.send(uploadId), local.send(uploadId)]);
  await local.send(uploadId);
  expect(emitted.filter(({ type }) => type === 'file.written')).toHaveLength(1);

  const cancelled = await local.begin(t.workspace, 'large.bin', at('large.bin'));
  const both = [local.send(cancelled.uploadId), local.send(cancelled.uploadId)];
  const ended = both.map((sent) => expect(sent).rejects.toMatchObject({ code: 'gone' }));
  await t.uploads.cancel({ actor: { kind: 'human' } }, cancelled.uploadId, 'enough');
  await Promise.all(ended);
  await expect(local.send(cancelled.uploadId)).rejects.toMatchObject({ code: 'gone' });

  const before = await local.begin(t.workspace, 'large.bin', at('large.bin'));
  const next = new LocalUploads({ hub: t.test.hub, uploads: t.uploads });
  await expect(next.send(before.uploadId)).rejects.toMatchObject({ code: 'conflict' });
});
