import { PERSON } from '../../src/hub/rule.ts';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { serveFiles, type FileServer } from '../support/serve-files.ts';

const NAME = `it's "ok" 100% ü.txt`;
const desk = { Authorization: 'Bearer desk' };
let t: TestFiles;
let server: FileServer;

beforeAll(async () => {
  t = await openTestFiles();
  server = await serveFiles(t);
  await t.put('ten', '0123456789');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await t[Symbol.asyncDispose]();
});

function address(path: string, workspace = 'default'): string {
  return `${server.url}/files/${workspace}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

const load = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url, { method, headers: { ...desk, ...headers } });

test('[DL1] [DL8] [DL11] a file comes whole, under any name, and nothing in it may run', async () => {
  await t.put(`dir/${NAME}`, 'hellö');
  const response = await load(address(`dir/${NAME}`));
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('hellö');
  const header = (name: string) => response.headers.get(name);
  expect(header('content-type')).toBe('text/plain; charset=utf-8');
  expect(header('content-length')).toBe('6');
  expect(header('content-disposition')).toContain("filename*=UTF-8''it%27s%20%22ok%22%20100%25%20%C3%BC.txt");
  expect(header('content-disposition')).toMatch(/^inline;/u);
  expect(header('etag')).toBe(`"${(await t.files.stat(t.workspace, `dir/${NAME}`)).sha256}"`);
  expect(header('accept-ranges')).toBe('bytes');
  expect(header('x-content-type-options')).toBe('nosniff');
  expect(header('content-security-policy')).toContain('sandbox');
  expect(header('cache-control')).toBe('private, no-cache');
  expect((await load(`${address(`dir/${NAME}`)}?download`)).headers.get('content-disposition')).toMatch(
    /^attachment;/u,
  );
  // A path that was encoded as one segment, and the workspace by its id, mean the same.
  expect((await load(`${server.url}/files/${t.workspace}/${encodeURIComponent(`dir/${NAME}`)}`)).status).toBe(200);
});

test('[DL11] a PDF is saved, and never shown by a viewer of the browser', async () => {
  await t.put('plan.pdf', Buffer.from('%PDF-1.4\n'));
  const { headers } = await load(address('plan.pdf'));
  expect(headers.get('content-type')).toBe('application/pdf');
  expect(headers.get('content-disposition')).toMatch(/^attachment;/u);
  expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/u);
});

test('[DL11] nor is what a writer calls by another name of a PDF', async () => {
  for (const mime of ['text/pdf', 'application/x-pdf', 'Application/PDF; version=1.4', 'application/acrobat']) {
    const content = Buffer.from(mime.startsWith('text') ? '\n%PDF-1.4\n' : '\0\n%PDF-1.4\n');
    await t.files.write(PERSON, { workspace: t.workspace, path: 'odd', content, source: 'upload', mime });
    const { headers } = await load(address('odd'));
    expect(headers.get('content-type')).toMatch(/pdf|acrobat/u);
    expect(headers.get('content-disposition')).toMatch(/^attachment;/u);
  }
});

test('[DL14] the charset is that of the text, and none where it is not known', async () => {
  const latin = Buffer.from('Die Straße nach Köln ist über Düren länger.', 'latin1');
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße', 'utf16le')]);
  const texts = { 'plain.txt': Buffer.from('grün'), 'latin.txt': latin, 'utf16.txt': utf16 };
  const types: (string | null)[] = [];
  for (const [path, content] of Object.entries(texts)) {
    await t.files.write(PERSON, { workspace: t.workspace, path, content, source: 'upload', mime: 'text/plain' });
    for (const method of ['GET', 'HEAD', 'GET']) {
      types.push((await load(address(path), {}, method)).headers.get('content-type'));
    }
  }
  expect([...new Set(types)]).toEqual([
    'text/plain; charset=utf-8',
    'text/plain; charset=windows-1252',
    'text/plain; charset=utf-16le',
  ]);
  await t.put('empty.txt', '');
  expect((await load(address('empty.txt'))).headers.get('content-type')).toBe('text/plain');
});

test('[DL2] a range of bytes is 206 with what it is of', async () => {
  const part = async (range: string) => {
    const response = await load(address('ten'), { Range: range });
    return [
      response.status,
      response.headers.get('content-range'),
      response.headers.get('content-length'),
      await response.text(),
    ];
  };
  expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '3', '234']);
  expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '3', '789']);
  expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '2', '89']);
  expect(await part('bytes=0-0')).toEqual([206, 'bytes 0-0/10', '1', '0']);
  expect(await part('bytes=0-1,5-6')).toEqual([200, null, '10', '0123456789']);
  expect(await part('bytes=nonsense')).toEqual([200, null, '10', '0123456789']);
});

test('[DL15] a part of a content too large to be checked for it says so', async () => {
  await t.put('large.bin', Buffer.alloc(65 * 1024 * 1024, 'x'));
  const checked = async (path: string, headers: Record<string, string>): Promise<string | null> => {
    const response = await load(address(path), headers);
    await response.body?.cancel();
    return response.headers.get('x-content-checked');
  };
  expect(await checked('large.bin', { Range: 'bytes=0-9' })).toBe('size');
  expect(await checked('large.bin', {})).toBeNull();
  expect(await checked('ten', { Range: 'bytes=0-1' })).toBeNull();
});

test('[DL3] a range past the end is 416 with the size', async () => {
  const response = await load(address('ten'), { Range: 'bytes=10-' });
  expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  await t.put('none', '');
  expect((await load(address('none'), { Range: 'bytes=0-' })).status).toBe(416);
  const whole = await load(address('none'));
  expect([whole.status, whole.headers.get('content-length'), await whole.text()]).toEqual([200, '0', '']);
});

test('[DL4] a range of something that has changed meanwhile is answered with all of it', async () => {
  const etag = (await load(address('ten'), {}, 'HEAD')).headers.get('etag') ?? '';
  const ranged = (ifRange: string) => load(address('ten'), { Range: 'bytes=0-1', 'If-Range': ifRange });
  expect((await ranged(etag)).status).toBe(206);
  expect((await ranged('"other"')).status).toBe(200);
});

test('[DL5] what the client has already is not sent again', async () => {
  const head = await load(address('ten'), {}, 'HEAD');
  const etag = head.headers.get('etag') ?? '';
  const same = await load(address('ten'), { 'If-None-Match': etag });
  expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag]);
  expect((await load(address('ten'), { 'If-Modified-Since': head.headers.get('last-modified') ?? '' })).status).toBe(
    304,
  );
  expect((await load(address('ten'), { 'If-Match': '"other"' })).status).toBe(412);
});

test('[DL6] HEAD says the same without the bytes', async () => {
  const head = await load(address('ten'), { Range: 'bytes=0-1' }, 'HEAD');
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  expect((await load(address('nope'), {}, 'HEAD')).status).toBe(404);
});

test('[DL7] older versions are there by their number', async () => {
  await t.put('v', 'one');
  await t.put('v', 'two');
  expect(await (await load(`${address('v')}?version=1`)).text()).toBe('one');
  expect((await load(`${address('v')}?version=1`)).headers.get('x-file-version')).toBe('1');
  expect(await (await load(address('v'))).text()).toBe('two');
  expect((await load(`${address('v')}?version=3`)).status).toBe(404);
  expect((await load(`${address('v')}?version=x`)).status).toBe(400);
});

test('[DL9] no spelling of an address leaves the workspace', async () => {
  const raw = (path: string) =>
    new Promise<number>((resolve, reject) => {
      get(server.url, { path, headers: desk }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).on('error', reject);
    });
  for (const path of [
    '..%2f..%2fhub.db',
    '..%5chub.db',
    '%2e%2e/%2e%2e/hub.db',
    'a/..%2f..%2fhub.db',
    '%00',
    'a%0ab',
    '',
    'ten/',
  ]) {
    expect(await raw(`/files/default/${path}`)).toBeGreaterThanOrEqual(400);
  }
  expect(await raw('/files/default/../../../hub.db')).toBeGreaterThanOrEqual(400);
  expect(await raw('/files/default/%ff')).toBe(400);
  expect((await load(address('ten'), {}, 'POST')).status).toBe(400);
});

test('[DL10] without a key there is nothing; outside of the granted workspaces the attempt is logged', async () => {
  expect((await fetch(address('ten'))).status).toBe(401);
  const agent = await t.test.agent('agent', 'viewer');
  const bearer = { Authorization: `Bearer ${agent.secret}` };
  expect((await fetch(address('ten'), { headers: bearer })).status).toBe(200);
  const { workspace } = await t.test.hub.execute(createWorkspace, { name: 'secret' }, human);
  const outside = await fetch(address('x', 'secret'), { headers: bearer });
  expect(outside.status).toBe(404);
  expect((await t.test.hub.audit.page({ types: ['access.denied'] })).items).toMatchObject([
    { workspace, keyId: agent.keyId, code: 'not_found', what: 'GET /files/secret/x' },
  ]);
  expect((await fetch(address('x', 'unheard-of'), { headers: bearer })).status).toBe(404);
  const long = await fetch(address('x', 'w'.repeat(10_000)), { headers: bearer });
  expect((await long.text()).length).toBeLessThan(1_000);
});

test('[DL12] a client that leaves in the middle lets go of the content', async () => {
  const { sha256 } = await t.put('big', Buffer.alloc(8_000_000, 'x'));
  const content = await t.files.blobs.fileOf(sha256);
  const stop = new AbortController();
  const response = await fetch(address('big'), { headers: desk, signal: stop.signal });
  const reader = response.body?.getReader();
  await reader?.read();
  stop.abort();
  await t.files.delete(human, { workspace: t.workspace, path: 'big', purge: true });
  await expect.poll(() => t.files.sweep().then(() => existsSync(content))).toBe(false);
});
