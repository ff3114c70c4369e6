import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openTestFiles } from '../support/open-files.ts';
import { serveFiles } from '../support/serve-files.ts';
const desk = { Authorization: 'Bearer desk' };
const b64 = (text: string) => Buffer.from(text).toString('base64');

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

test('[UP20] the endpoint says what it can, and speaks tus by the letter', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const options = await fetch(`${server.url}/uploads`, { method: 'OPTIONS' });
  expect(options.status).toBe(204);
  expect(options.headers.get('tus-version')).toBe('1.0.0');
  expect(options.headers.get('tus-extension')).toBe('creation,creation-with-upload,expiration,checksum,termination');
  expect(options.headers.get('tus-checksum-algorithm')).toBe('md5,sha1,sha256,sha512');
  expect([...options.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);

  const created = await create(server.url, desk, 'a', 6);
  expect(created.status).toBe(201);
  const url = new URL(created.headers.get('location') ?? '', server.url).href;
  expect(url).toMatch(/\/uploads\/upl_[0-9a-z]+$/u);
  const head = await tus(url, 'HEAD', desk);
  expect([head.status, head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual([200, '0', '6']);
  expect(head.headers.get('cache-control')).toBe('no-store');
  const expires = [...t.test.hub.state.uploads.values()][0]?.expiresAt ?? 0;
  expect(head.headers.get('upload-expires')).toBe(new Date(expires).toUTCString());

  const digest = (text: string) => createHash('sha256').update(text).digest('base64');
  const wrong = await patch(url, { ...desk, 'Upload-Checksum': `sha256 ${digest('xyz')}` }, 0, 'abc');
  expect(wrong.status).toBe(460);
  expect((await patch(url, { ...desk, 'Upload-Checksum': 'crc32 AAAA' }, 0, 'abc')).status).toBe(400);
  const right = await patch(url, { ...desk, 'Upload-Checksum': `sha256 ${digest('abc')}` }, 0, 'abc');
  expect([right.status, right.headers.get('upload-offset')]).toEqual([204, '3']);
  expect((await patch(url, desk, 0, 'abc')).status).toBe(409);
  for (const type of [{}, { 'Content-Type': 'application/octet-stream' }] as Record<string, string>[])
    expect((await tus(url, 'PATCH', { ...desk, 'Upload-Offset': '3', ...type }, 'def')).status).toBe(415);
  const last = await patch(url, desk, 3, 'def');
  expect([last.status, last.headers.get('upload-offset'), last.headers.has('upload-expires')]).toEqual([
    204,
    '6',
    false,
  ]);
  expect(await t.text('a')).toBe('abcdef');
  // The answer to the last piece may get lost: asked again, the upload is complete.
  expect((await tus(url, 'HEAD', desk)).headers.get('upload-offset')).toBe('6');

  const gone = new URL((await create(server.url, desk, 'b', 6)).headers.get('location') ?? '', server.url).href;
  expect((await tus(gone, 'DELETE', desk)).status).toBe(204);
  expect((await tus(gone, 'HEAD', desk)).status).toBe(410);
  expect((await tus(`${server.url}/uploads/upl_none`, 'HEAD', desk)).status).toBe(404);
  const none = await create(server.url, desk, 'empty', 0);
  expect(none.status).toBe(201);
  expect(await t.files.stat(t.workspace, 'empty')).toMatchObject({ sizeBytes: 0 });
  const first = await tus(
    `${server.url}/uploads`,
    'POST',
    {
      ...desk,
      'Upload-Length': '3',
      'Upload-Metadata': `path ${b64('c')}`,
      'Content-Type': 'application/offset+octet-stream',
    },
    'abc',
  );
  expect([first.status, first.headers.get('upload-offset')]).toEqual([201, '3']);
  expect(await t.text('c')).toBe('abc');
});

test('[UP20] refusals have a code and a status', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const refusal = async (response: Promise<Response>) => {
    const { status, headers } = await response;
    const body: unknown = await (await response).json();
    return {
      status,
      code: (body as { error: { code: string } }).error.code,
      close: headers.get('connection') === 'close',
    };
  };
  expect(await refusal(create(server.url, desk, '../a', 1))).toMatchObject({ status: 400, code: 'invalid_path' });
  expect(await refusal(create(server.url, {}, 'a', 1))).toMatchObject({ status: 401, code: 'unauthorized' });
  expect(await refusal(create(server.url, desk, 'a', 2 ** 50))).toMatchObject({ status: 507, code: 'quota_exceeded' });
  expect(await refusal(create(server.url, desk, 'a', 1, `,sha256 ${b64('no')}`))).toMatchObject({
    status: 400,
    code: 'invalid_argument',
  });
  expect(await refusal(tus(`${server.url}/uploads`, 'POST', { ...desk, 'Upload-Length': '1' }))).toMatchObject({
    code: 'invalid_argument',
  });
  expect(await refusal(fetch(`${server.url}/uploads`, { headers: desk }))).toMatchObject({
    status: 400,
    code: 'bad_request',
  });
  const url = new URL(
    (await create(server.url, desk, 'a', 3, `,sha256 ${b64('0'.repeat(64))}`)).headers.get('location') ?? '',
    server.url,
  ).href;
  expect(await refusal(patch(url, desk, 0, 'abc'))).toMatchObject({ status: 460, code: 'checksum_mismatch' });

  // What the library refuses by itself has a code as well.
  const fenced = create(server.url, desk, 'a', 1, `,fence ${b64('high')}`);
  expect(await refusal(fenced)).toMatchObject({ status: 400, code: 'invalid_argument' });
  const lengths: [headers: Record<string, string>, status: number][] = [
    [{ 'Upload-Length': '-1' }, 400],
    [{ 'Upload-Defer-Length': '1' }, 501],
    [{}, 400],
  ];
  for (const [headers, status] of lengths) {
    const refused = tus(`${server.url}/uploads`, 'POST', { ...desk, ...headers });
    expect(await refusal(refused)).toMatchObject({ status, code: 'bad_request' });
  }
  const open = new URL((await create(server.url, desk, 'b', 3)).headers.get('location') ?? '', server.url).href;
  const elsewhere: unknown = await (await patch(open, desk, 2, 'c')).json();
  expect(elsewhere).toMatchObject({
    error: {
      code: 'offset_mismatch',
      message: expect.stringContaining('goes on at 0, not at 2'),
      details: { offset: 0 },
    },
  });
  expect(await refusal(patch(open, desk, 2, 'c'))).toMatchObject({ status: 409, code: 'offset_mismatch' });
  expect(await refusal(patch(open, desk, 0, 'abcdef'))).toMatchObject({ status: 413, code: 'too_large' });
});

test('[UP20] HEAD gives the metadata back as it was sent, also after a restart, while the upload is open', async () => {
  await using t = await openTestFiles();
  const metadata = `path ${b64('ü.txt')},is_confidential,filetype ${b64('text/plain')},note ${b64('any\u0000bytes')}`;
  let location = '';
  {
    await using server = await serveFiles(t);
    const headers = { ...desk, 'Upload-Length': '3', 'Upload-Metadata': metadata };
    const created = await tus(`${server.url}/uploads`, 'POST', headers);
    location = new URL(created.headers.get('location') ?? '', server.url).pathname;
    expect((await tus(`${server.url}${location}`, 'HEAD', desk)).headers.get('upload-metadata')).toBe(metadata);
  }
  await t.restart();
  await using server = await serveFiles(t);
  const url = `${server.url}${location}`;
  expect((await tus(url, 'HEAD', desk)).headers.get('upload-metadata')).toBe(metadata);
  expect((await patch(url, desk, 0, 'abc')).status).toBe(204);
  const after = (await tus(url, 'HEAD', desk)).headers.get('upload-metadata');
  expect(after).toContain(`path ${b64('ü.txt')}`);
  await t.uploads.close();
  expect(await readdir(path.join(t.test.dataDir, 'uploads'))).toEqual([]);
});

test('[UP20] X-HTTP-Method-Override is the method, whatever the request has', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const url = new URL((await create(server.url, desk, 'a', 3)).headers.get('location') ?? '', server.url).href;
  const as = (method: string) => ({ ...desk, 'X-HTTP-Method-Override': method });
  const head = await tus(url, 'POST', as('HEAD'));
  expect([head.status, head.headers.get('upload-offset')]).toEqual([200, '0']);
  const pieces = { 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' };
  const sent = await tus(url, 'POST', { ...as('patch'), ...pieces }, 'abc');
  expect([sent.status, sent.headers.get('upload-offset')]).toEqual([204, '3']);
  expect(await t.text('a')).toBe('abc');
  const gone = new URL((await create(server.url, desk, 'b', 3)).headers.get('location') ?? '', server.url).href;
  expect((await tus(gone, 'POST', as('DELETE'))).status).toBe(204);
  expect((await tus(gone, 'PATCH', as('HEAD'))).status).toBe(410);
  for (const none of ['GET', 'TRACE', 'CONNECT', "'; drop table events; --", '<script>', 'a b'])
    expect([none, (await tus(gone, 'PATCH', as(none))).status]).toEqual([none, 400]);
  expect((await tus(`${server.url}/uploads`, 'POST', as('OPTIONS'))).headers.get('tus-version')).toBe('1.0.0');
});

test('[UP20] another version of tus is 412 with ours, and does nothing', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const url = new URL((await create(server.url, desk, 'a', 3)).headers.get('location') ?? '', server.url).href;
  for (const version of [{ 'Tus-Resumable': '0.2.2' }, { 'Tus-Resumable': '' }]) {
    for (const [address, method] of [
      [`${server.url}/uploads`, 'POST'],
      [url, 'HEAD'],
      [url, 'PATCH'],
      [url, 'DELETE'],
    ] as const) {
      const refused = await tus(address, method, { ...desk, 'Upload-Length': '3', ...version });
      expect([refused.status, refused.headers.get('tus-version')]).toEqual([412, '1.0.0']);
      expect(refused.headers.get('tus-resumable')).toBe('1.0.0');
    }
  }
  expect((await tus(url, 'HEAD', desk)).headers.get('upload-offset')).toBe('0');
  const options = await fetch(`${server.url}/uploads`, { method: 'OPTIONS', headers: { 'Tus-Resumable': '0.2.2' } });
  expect([options.status, options.headers.get('tus-version')]).toEqual([204, '1.0.0']);
});

test('[UP20] a checksum that does not match is called by its algorithm, and metadata that is not UTF-8 is refused', async () => {
  await using t = await openTestFiles();
  await using server = await serveFiles(t);
  const url = new URL((await create(server.url, desk, 'a', 3)).headers.get('location') ?? '', server.url).href;
  for (const [algorithm, name] of [
    ['sha1', 'SHA-1'],
    ['md5', 'MD5'],
    ['sha512', 'SHA-512'],
  ] as const) {
    const digest = createHash(algorithm).update('xyz').digest('base64');
    const wrong = await patch(url, { ...desk, 'Upload-Checksum': `${algorithm} ${digest}` }, 0, 'abc');
    expect(wrong.status).toBe(460);
    expect(await wrong.text()).toContain(`The content has ${name} `);
  }
  const latin1 = Buffer.from('café.txt', 'latin1').toString('base64');
  for (const metadata of [`path ${latin1}`, `filename ${latin1}`, `path ${b64('a')},workspace ${latin1}`]) {
    const headers = { ...desk, 'Upload-Length': '3', 'Upload-Metadata': metadata };
    const refused = await tus(`${server.url}/uploads`, 'POST', headers);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('is not UTF-8')]);
  }
  const long = await create(server.url, desk, 'a', 3, `,note ${'A'.repeat(8_192)}`);
  expect(long.status).toBe(413);
  expect(t.test.hub.state.uploads.size).toBe(1);
});
