import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { HubServer } from '../../src/server/hub-server.ts';
import { startHub } from '../../src/server/start.ts';
import { rowsIn } from '../support/contents-in-log.ts';
import { needsSmallDisk } from '../support/needs.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

const MIB = 1024 * 1024;
const refused = expect.objectContaining({
  code: 'storage_failed',
  message: expect.stringContaining('Free some space'),
  retryAfterMs: 1000,
});

/** A hub on a disk of 48 MiB, of which so many bytes are left. */
async function openOn(disk: SmallDisk, leaveBytes: number): Promise<TestServer & AsyncDisposable> {
  const dataDir = path.join(disk.folder, 'data');
  await mkdir(dataDir);
  const hub = await startTestHub({ dataDir });
  await disk.leave(leaveBytes);
  return Object.assign(hub, { [Symbol.asyncDispose]: () => hub.close() });
}

async function* bytes(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += MIB) yield Buffer.alloc(Math.min(MIB, size - at), 7);
}

const write = ({ files }: HubServer, workspace: string, name: string, size: number): Promise<unknown> =>
  files.write(human, { workspace, path: name, content: bytes(size), source: 'import' });

/** What is in the data directory of contents, whole or in part. */
async function kept(dataDir: string): Promise<string[]> {
  const blobs = await readdir(path.join(dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  const uploads = await readdir(path.join(dataDir, 'uploads'), { withFileTypes: true });
  return [...blobs, ...uploads].filter((entry) => entry.isFile()).map(({ name }) => name);
}

const onSmallDisk = await needsSmallDisk();

test('[FI28] of a file that fills the disk nothing stays, and the hub goes on', onSmallDisk, async () => {
  await using disk = mountSmallDisk(48)!;
  await using hub = await openOn(disk, 16 * MIB);
  const { server, workspace, dataDir } = hub;
  const free = await disk.freeBytes();
  await expect(write(server, workspace, 'big.bin', 32 * MIB)).rejects.toEqual(refused);
  expect(await kept(dataDir)).toEqual([]);
  expect(await disk.freeBytes()).toBeGreaterThan(free - MIB);
  await write(server, workspace, 'small.bin', 10);
  expect((await server.files.list(workspace)).items.map((file) => file.path)).toEqual(['small.bin']);
});

test(
  '[FI28] the last of a disk is the log’s: nothing is written any more, and deleting goes on',
  onSmallDisk,
  async () => {
    await using disk = mountSmallDisk(48)!;
    await using hub = await openOn(disk, 32 * MIB);
    const { server, workspace, dataDir } = hub;
    await write(server, workspace, 'old.bin', 12 * MIB);
    await disk.leave(2 * MIB);
    await expect(write(server, workspace, 'new.bin', 10)).rejects.toEqual(refused);
    const { id: uploadId } = await server.uploads.create(human, { workspace, path: 'up.bin', sizeBytes: MIB });
    await expect(server.uploads.append(uploadId, 0, bytes(MIB))).rejects.toEqual(refused);
    await server.uploads.cancel(human, uploadId, 'no room');
    await server.files.delete(human, { workspace, path: 'old.bin', purge: true });
    await write(server, workspace, 'new.bin', 10);
    expect(await kept(dataDir)).toHaveLength(1);
    expect(server.hub.storage).toEqual({ status: 'ok' });
  },
);

test(
  '[UP25] of a piece that fills the disk nothing stays; the upload goes on from there when there is room',
  onSmallDisk,
  async () => {
    await using disk = mountSmallDisk(48)!;
    await using hub = await openOn(disk, 16 * MIB);
    const { server, workspace, dataDir } = hub;
    const { uploads } = server;
    const { id } = await uploads.create(human, { workspace, path: 'up.bin', sizeBytes: 24 * MIB });
    await uploads.append(id, 0, bytes(2 * MIB));
    const free = await disk.freeBytes();
    const address = `${server.url}/uploads/${id}`;
    const head = { 'Tus-Resumable': '1.0.0', Authorization: `Bearer ${server.adminToken}` };
    const sent = await fetch(address, {
      method: 'PATCH',
      headers: { ...head, 'Upload-Offset': String(2 * MIB), 'Content-Type': 'application/offset+octet-stream' },
      body: Buffer.alloc(22 * MIB, 7),
    });
    expect(sent.status).toBe(507);
    expect(await sent.json()).toMatchObject({ error: { code: 'storage_failed' } });
    expect(await disk.freeBytes()).toBeGreaterThan(free - MIB);
    const asked = await fetch(address, { method: 'HEAD', headers: head });
    expect(asked.headers.get('upload-offset')).toBe(String(2 * MIB));
    await disk.leave(40 * MIB);
    await uploads.append(id, 2 * MIB, bytes(22 * MIB));
    expect(await server.files.stat(workspace, 'up.bin')).toMatchObject({ sizeBytes: 24 * MIB });
    expect(await kept(dataDir)).toHaveLength(1);
  },
);

/** Files of a hub on a disk, whose clock stands still: nothing gets its file unless a test asks for it. */
async function openFilesOn(disk: SmallDisk): Promise<TestFiles> {
  const dataDir = path.join(disk.folder, 'data');
  await mkdir(dataDir);
  return openTestFiles({ dataDir });
}

test(
  '[FI44] a full disk takes no files of contents that the log has; nothing is lost, or left half',
  onSmallDisk,
  async () => {
    await using disk = mountSmallDisk(64)!;
    await using t = await openFilesOn(disk);
    const { dataDir } = t.test;
    const content = (name: string): Buffer => Buffer.alloc(40_000, name);
    for (const name of ['a', 'b', 'c']) await t.put(name, content(name));
    await disk.leave(0);
    await t.files.blobs.writeOut();
    expect([rowsIn(dataDir).size, await kept(dataDir)]).toEqual([3, []]);
    expect(await t.text('b')).toBe(content('b').toString());
    await disk.leave(16 * MIB);
    await t.files.blobs.writeOut();
    expect(await kept(dataDir)).toHaveLength(3);
    expect(t.test.hub.storage).toEqual({ status: 'ok' });
  },
);

test(
  '[FI44] [FI55] on a disk with little room a small content has its file before its event',
  onSmallDisk,
  async () => {
    await using disk = mountSmallDisk(48)!;
    await disk.leave(32 * MIB);
    await using t = await openFilesOn(disk);
    const { sha256 } = await t.put('a', 'one');
    expect(rowsIn(t.test.dataDir).size).toBe(0);
    expect(await kept(t.test.dataDir)).toContain(sha256);
    await disk.leave(44 * MIB);
    t.test.clock.advance(1_000);
    await vi.waitUntil(async () => (await t.put('b', 'two')) && rowsIn(t.test.dataDir).size > 0, 60_000);
  },
);

test('[HB17] a start on a full disk is refused with what to do, and leaves nothing behind', onSmallDisk, async () => {
  await using disk = mountSmallDisk(48)!;
  const dataDir = path.join(disk.folder, 'data');
  await disk.leave(0);
  await expect(startHub({ dataDir, port: 0 })).rejects.toEqual(refused);
  expect(await readdir(dataDir)).toEqual([]);
  await disk.leave(16 * MIB);
  const server = await startHub({ dataDir, port: 0 });
  expect(server.firstKey).toBeDefined();
  await server.close();
});
