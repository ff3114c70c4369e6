import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { HubEvent } from '../../src/protocol/events.ts';
import type { Tick } from '../../src/protocol/ticks.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

const parts = (t: TestFiles) => readdir(join(t.test.dataDir, 'uploads'));

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

function eventsOfTypes(t: TestFiles, types: readonly string[]): HubEvent[] {
  const events: HubEvent[] = [];
  t.test.hub.subscribe((batch) => {
    for (const { event } of batch) if (types.includes(event.type)) events.push(event);
  });
  return events;
}

test('[UP1] pieces become a file, and the upload ends in the commit that writes it', async () => {
  await using t = await openTestFiles();
  const agent = await t.test.agent('agent');
  const events = eventsOfTypes(t, ['upload.started', 'file.written', 'upload.finished']);
  const upload = await t.uploads.create(agent.origin, { workspace: t.workspace, path: 'a.md', sizeBytes: 6 });
  expect(await t.uploads.append(upload.id, 0, pieces('ab', 'c'))).toBe(3);
  expect(await t.uploads.status(upload.id)).toMatchObject({ receivedBytes: 3, upload: { id: upload.id } });
  expect(await t.uploads.append(upload.id, 3, pieces('def'))).toBe(6);
  expect(await t.text('a.md')).toBe('abcdef');
  const [started, written, finished] = events;
  expect(started).toMatchObject({
    type: 'upload.started',
    uploadId: upload.id,
    sizeBytes: 6,
    actor: agent.origin.actor,
  });
  expect(written).toMatchObject({
    type: 'file.written',
    source: 'upload',
    uploadId: upload.id,
    mime: 'text/markdown',
    actor: agent.origin.actor,
  });
  expect(finished).toMatchObject({ type: 'upload.finished', uploadId: upload.id, seq: (written?.seq ?? 0) + 1 });
  expect(await parts(t)).toEqual([]);
  expect(t.test.hub.state.uploads.size).toBe(0);
});

test('[UP2] a piece goes on where the last ended', async () => {
  await using t = await openTestFiles();
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 6 });
  await t.uploads.append(id, 0, pieces('abc'));
  await expect(t.uploads.append(id, 0, pieces('abc'))).rejects.toMatchObject({
    code: 'offset_mismatch',
    details: { offset: 3 },
  });
  await expect(t.uploads.append(id, 4, pieces('x'))).rejects.toMatchObject({ code: 'offset_mismatch' });
  await t.uploads.append(id, 3, pieces('def'));
});

test('[UP3] after a restart an upload goes on, and its hash is that of the whole', async () => {
  await using t = await openTestFiles();
  const content = Buffer.alloc(3_000_000, 'signalbox ');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const { id } = await t.uploads.create(human, {
    workspace: t.workspace,
    path: 'a',
    sizeBytes: content.byteLength,
    sha256,
  });
  async function* breaksOff() {
    yield content.subarray(0, 2_000_001);
    throw new Error('connection lost');
  }
  await expect(t.uploads.append(id, 0, breaksOff())).rejects.toThrow('connection lost');
  await t.restart();
  expect(await t.uploads.status(id)).toMatchObject({ receivedBytes: 2_000_001 });
  await t.uploads.append(id, 2_000_001, Readable.from([content.subarray(2_000_001)]));
  expect(await t.files.stat(t.workspace, 'a')).toMatchObject({ sha256, sizeBytes: 3_000_000 });
});

test('[UP4] a content that is not the announced one ends the upload without a file', async () => {
  await using t = await openTestFiles();
  const events = eventsOfTypes(t, ['upload.cancelled', 'file.written']);
  const { id } = await t.uploads.create(human, {
    workspace: t.workspace,
    path: 'a',
    sizeBytes: 3,
    sha256: 'a'.repeat(64),
  });
  await expect(t.uploads.append(id, 0, pieces('abc'))).rejects.toMatchObject({ code: 'checksum_mismatch' });
  expect(events).toMatchObject([{ type: 'upload.cancelled', reason: 'checksum_mismatch' }]);
  await expect(t.uploads.status(id)).rejects.toMatchObject({ code: 'gone' });
  const bad = t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3, sha256: 'nope' });
  await expect(bad).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('[UP5] of a piece whose checksum is wrong nothing is kept', async () => {
  await using t = await openTestFiles();
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 6 });
  const sha1 = (text: string) =>
    ({ algorithm: 'sha1', base64: createHash('sha1').update(text).digest('base64') }) as const;
  await t.uploads.append(id, 0, pieces('ab', 'c'), { checksum: sha1('abc') });
  await expect(t.uploads.append(id, 3, pieces('d', 'XX'), { checksum: sha1('def') })).rejects.toMatchObject({
    code: 'checksum_mismatch',
  });
  expect(await t.uploads.status(id)).toMatchObject({ receivedBytes: 3 });
  await t.uploads.append(id, 3, pieces('def'), { checksum: sha1('def') });
  expect(await t.text('a')).toBe('abcdef');
  expect((await t.files.stat(t.workspace, 'a')).sha256).toBe(createHash('sha256').update('abcdef').digest('hex'));
});

test('[UP6] more bytes than announced are refused', async () => {
  await using t = await openTestFiles();
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
  await expect(t.uploads.append(id, 0, pieces('ab', 'cd'))).rejects.toMatchObject({ code: 'too_large' });
  await t.uploads.append(id, 2, pieces('c'));
  expect(await t.text('a')).toBe('abc');
});

test('[UP10] progress is emitted, and not for every piece', async () => {
  await using t = await openTestFiles();
  const ticks: Tick[] = [];
  t.test.hub.onTick((tick) => ticks.push(tick));
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 100 });
  async function* content() {
    for (let n = 0; n < 100; n += 1) {
      t.test.clock.advance(10);
      yield Buffer.from('x');
    }
  }
  await t.uploads.append(id, 0, content());
  expect(ticks.map((tick) => tick.type === 'upload.progress' && tick.receivedBytes)).toEqual([1, 21, 41, 61, 81, 100]);
});

test('[UP16] an upload of nothing is finished at once', async () => {
  await using t = await openTestFiles();
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a.txt', sizeBytes: 0 });
  expect(await t.uploads.status(id)).toMatchObject({ receivedBytes: 0, finished: { version: 1 } });
  expect(await t.files.stat(t.workspace, 'a.txt')).toMatchObject({ sizeBytes: 0, mime: 'text/plain' });
});

test('[UP22] memory does not grow with what arrives, nor with what is read', async () => {
  await using t = await openTestFiles();
  const [pieceBytes, count] = [1024 * 1024, 300];
  let most = 0;
  const before = process.memoryUsage().arrayBuffers;
  const look = () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  };
  async function* content() {
    for (let n = 0; n < count; n += 1) {
      yield Buffer.alloc(pieceBytes, n);
      look();
    }
  }
  const sizeBytes = pieceBytes * count;
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'big', sizeBytes });
  await t.uploads.append(id, 0, content());
  const { stream } = await t.files.read(t.workspace, 'big');
  for await (const _piece of stream) look();
  expect(most).toBeLessThan(sizeBytes / 3);
});
