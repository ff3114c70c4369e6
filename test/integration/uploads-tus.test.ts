import { frameOf } from '../support/recorded.ts';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { Upload, type UploadOptions } from 'tus-js-client';
import { expect, test } from 'vitest';
import { openTestFiles } from '../support/open-files.ts';
import { serveFiles } from '../support/serve-files.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { human } from '../support/open-hub.ts';

const NAME = `it's "ok" 100% ü.txt`;
const desk = { Authorization: 'Bearer desk' };
const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });
const b64 = (text: string) => Buffer.from(text).toString('base64');

function send(content: Buffer, options: UploadOptions): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(content, {
      retryDelays: null,
      ...options,
      onSuccess: () => resolve(upload),
      onError: reject,
    });
    upload.start();
  });
}

function tus(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string | Uint8Array,
): Promise<Response> {
  return fetch(url, {
    method,
    headers: { 'Tus-Resumable': '1.0.0', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
  });
}

function create(
  url: string,
  headers: Record<string, string>,
  path: string,
  sizeBytes: number,
  more = '',
): Promise<Response> {
  return tus(`${url}/uploads`, 'POST', {
    ...headers,
    'Upload-Length': String(sizeBytes),
    'Upload-Metadata': `path ${b64(path)}${more}`,
  });
}

const patch = (url: string, headers: Record<string, string>, offset: number, body: string) =>
  tus(
    url,
    'PATCH',
    { ...headers, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
    body,
  );

test('[UP17] the tus client sends a file in pieces, under any name, as an agent with its key', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const agent = await t.test.agent('agent');
  const content = Buffer.alloc(1_000_000, 'signalbox\n');
  const progress: number[] = [];
  await send(content, {
    endpoint: `${server.url}/uploads`,
    headers: bearer(agent.secret),
    chunkSize: 300_000,
    metadata: { workspace: 'default', path: `dir/${NAME}`, filetype: 'text/x-log' },
    onChunkComplete: (_size, accepted) => progress.push(accepted),
  });
  expect(progress).toEqual([300_000, 600_000, 900_000, 1_000_000]);
  expect(await t.files.stat(t.workspace, `dir/${NAME}`)).toMatchObject({
    sizeBytes: 1_000_000,
    sha256: createHash('sha256').update(content).digest('hex'),
    mime: 'text/x-log',
    source: 'upload',
    writtenBy: { kind: 'agent', key: agent.keyId },
  });
});

test('[UP24] the request that begins an upload and the one that brings its last byte are frames, the causes of what they led to', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const made = await create(server.url, desk, NAME, 5);
  const url = new URL(String(made.headers.get('location')), server.url);
  expect((await patch(String(url), desk, 0, 'hello')).status).toBe(204);

  const { items } = await t.test.hub.audit.page({ types: ['upload', 'file'], order: 'asc' });
  expect(items.map(({ type }) => type)).toEqual(['upload.started', 'file.written', 'upload.finished']);
  const [started, written, finished] = await Promise.all(items.map(({ cause }) => frameOf(server.recorder, cause)));
  expect(started?.frame).toMatchObject({ kind: 'http', direction: 'in', label: 'POST /uploads' });
  expect(written?.frame).toMatchObject({ label: `PATCH /uploads/upl_••••${url.pathname.slice(-4)}`, sizeBytes: 5 });
  expect(finished).toEqual(written);
  expect(JSON.stringify(started)).not.toContain('Bearer desk');
});

test('[UP18] a connection that breaks leaves what has arrived, and the client goes on from there', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const location = (await create(server.url, desk, 'a.bin', 200_000)).headers.get('location') ?? '';
  const arrived = Promise.withResolvers<void>();
  t.test.hub.onTick((tick) => {
    if (tick.type === 'upload.progress' && tick.receivedBytes > 0) arrived.resolve();
  });
  const sent = request(new URL(location, server.url), {
    method: 'PATCH',
    headers: {
      ...desk,
      'Tus-Resumable': '1.0.0',
      'Upload-Offset': '0',
      'Content-Type': 'application/offset+octet-stream',
      'Content-Length': '200000',
    },
  });
  sent.on('error', () => undefined); // we break it off ourselves
  sent.write(Buffer.alloc(100_000, 'x'));
  await arrived.promise;
  sent.destroy();

  const content = Buffer.alloc(200_000, 'x');
  await send(content, {
    uploadUrl: new URL(location, server.url).href,
    endpoint: `${server.url}/uploads`,
    headers: desk,
    retryDelays: [0, 10, 50, 100],
  });
  expect(await t.files.stat(t.workspace, 'a.bin')).toMatchObject({
    version: 1,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
});

test('[UP19] [UP21] an upload is seen in its workspace and sent to by who began it', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const [mine, other, viewer] = [
    await t.test.agent('mine'),
    await t.test.agent('other'),
    await t.test.agent('viewer', 'viewer'),
  ];
  const { workspace } = await t.test.hub.execute(createWorkspace, { name: 'secret' }, human);
  const status = async (response: Promise<Response>) => (await response).status;
  expect(await status(create(server.url, bearer(viewer.secret), 'a', 3))).toBe(403);
  const outside = await create(server.url, bearer(mine.secret), 'a', 3, `,workspace ${b64('secret')}`);
  expect(outside.status).toBe(404);
  await t.test.hub.durable();
  const denied = await t.test.hub.audit.page({ types: ['access.denied'] });
  expect(denied.items).toMatchObject([{ workspace, keyId: mine.keyId, code: 'not_found', what: 'POST /uploads' }]);

  const url = new URL((await create(server.url, bearer(mine.secret), 'a', 3)).headers.get('location') ?? '', server.url)
    .href;
  expect(await status(tus(url, 'HEAD', bearer(viewer.secret)))).toBe(200);
  expect(await status(patch(url, bearer(other.secret), 0, 'abc'))).toBe(403);
  const owner = await t.test.agent('owner', 'owner');
  expect(await status(patch(url, bearer(owner.secret), 0, 'ow'))).toBe(403);
  expect((await t.uploads.status(url.slice(url.lastIndexOf('/') + 1))).receivedBytes).toBe(0);
  expect(await status(tus(url, 'DELETE', bearer(other.secret)))).toBe(403);
  const theirs = await t.uploads.create(human, { workspace, path: 'x', sizeBytes: 1 });
  expect(await status(tus(`${server.url}/uploads/${theirs.id}`, 'HEAD', bearer(mine.secret)))).toBe(404);
  expect(await status(patch(url, bearer(mine.secret), 0, 'a'))).toBe(204);
  expect(await status(patch(url, desk, 1, 'bc'))).toBe(204);
  // What has become a file is not given up any more.
  expect(await status(tus(url, 'DELETE', bearer(mine.secret)))).toBe(409);
});

test('[UP17] [UP20] the tus client sends a file with overridden methods', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const content = Buffer.from('0123456789');
  const options = {
    endpoint: `${server.url}/uploads`,
    headers: desk,
    metadata: { path: NAME },
    overridePatchMethod: true,
    chunkSize: 4,
    uploadSize: 10,
  };
  await send(content, options);
  expect(await t.text(NAME)).toBe('0123456789');
});
