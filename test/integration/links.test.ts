import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { revokeLink } from '../../src/hub/rules/links.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import { maskText } from '../../src/recorder/masking.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

const BODY = '0123456789'.repeat(20_000); // larger than what a download may ask for beyond its size
let hub: TestServer;
let clock: FakeClock;
let owner: { readonly secret: string; readonly keyId: string };

beforeAll(async () => {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
  owner = await hub.newKey('owner', 'owner');
  await write('page.html', `<script>alert(1)</script>${BODY}`);
});
afterAll(() => hub.close());

const write = (path: string, text: string): Promise<unknown> =>
  hub.server.files.write(human, { workspace: hub.workspace, path, content: Buffer.from(text), source: 'tool' });

interface Asked {
  readonly path?: string;
  readonly version?: number;
  readonly ttlMs?: number;
  readonly maxUses?: number;
  readonly password?: string;
}

async function makeLink(asked: Asked = {}, as: Origin = human): Promise<{ id: string; url: string }> {
  const { links, hub: core } = hub.server;
  const input = { workspace: hub.workspace, path: 'page.html', ttlMs: 60_000, ...asked };
  const { id } = await core.durably(() => links.commitCreate(as, input));
  return { id, url: hub.url + links.addressOf(id) };
}

const usesOf = async (linkId: string): Promise<number[]> => {
  await hub.server.hub.durable();
  const log = await hub.server.hub.audit.after(0, 1000);
  return log.flatMap((event) => (event.type === 'link.used' && event.linkId === linkId ? [event.uses] : []));
};

const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers });
const sentBytes = async (answer: Response): Promise<number> => (await answer.arrayBuffer()).byteLength;
const messageOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { message: string } }).error.message;

test('[DK1] [DK2] an address gives one version without a key, to be saved only, whole or in ranges', async () => {
  const { url } = await makeLink();
  await write('page.html', 'a later version');
  const answer = await get(url);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/^<script>alert/u);
  const headers = Object.fromEntries(answer.headers);
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringMatching(/^attachment; filename="page\.html"/u),
    'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-store',
    'accept-ranges': 'bytes',
  });
  const part = await get(url, { range: 'bytes=0-7' });
  expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
    206,
    '<script>',
    `bytes 0-7/${BODY.length + 25}`,
  ]);
  expect((await get(url, { range: 'bytes=999999999-' })).status).toBe(416);
  expect((await get(url, { 'if-none-match': String(headers['etag']) })).status).toBe(304);
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(BODY.length + 25)]);
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});

test('[DK3] [DK13] a guess is one answer, whether there is such a link or not; who had the address learns why it is over', async () => {
  const { id, url } = await makeLink();
  const signature = url.split('/').at(-1) ?? '';
  const guesses = [
    url.slice(0, -1) + (url.endsWith('A') ? 'B' : 'A'),
    url.replace(id, 'lnk_0000000000000000'),
    `${hub.url}/links/${id}/x`,
    `${hub.url}/links/nothing/${signature}`,
    `${hub.url}/links/${id}`,
  ];
  const answers = await Promise.all(
    guesses.map(async (guess) => [(await get(guess)).status, await (await get(guess)).text()]),
  );
  expect(new Set(answers.map(String)).size).toBe(1);
  expect(answers[0]?.[0]).toBe(404);
  const page = await get(guesses[0] ?? '', { accept: 'text/html' });
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain('There is no such link.');

  await hub.server.hub.execute(revokeLink, { linkId: id }, human);
  const revoked = await get(url);
  expect([revoked.status, await messageOf(revoked)]).toEqual([
    410,
    'This link is over: it was revoked. Ask the person or agent that gave it to you for a new one.',
  ]);
  const late = await makeLink();
  clock.advance(60_000);
  expect(await messageOf(await get(late.url))).toContain('it has expired');
  await write('short.md', 'x');
  const purged = await makeLink({ path: 'short.md' });
  await hub.server.files.delete(human, { workspace: hub.workspace, path: 'short.md', purge: true });
  const gone = await get(purged.url);
  expect([gone.status, await messageOf(gone)]).toEqual([
    410,
    'This link is over: its file is no longer there. Ask the person or agent that gave it to you for a new one.',
  ]);
});

test('[DK4] each download is one use, with its parts; a link with one use gives these to the end, and then nothing', async () => {
  const { id, url } = await makeLink({ version: 1, maxUses: 2 });
  const part = (from: number) => get(url, { range: `bytes=${from}-${from + 49_999}`, 'user-agent': 'downloader' });
  for (const from of [0, 50_000, 100_000]) expect(await sentBytes(await part(from))).toBe(50_000);
  expect(await usesOf(id)).toEqual([1]);
  expect(await sentBytes(await get(url, { 'user-agent': 'another' }))).toBe(BODY.length + 25);
  expect(await usesOf(id)).toEqual([1, 1]);
  expect(await sentBytes(await part(150_000))).toBe(50_000); // it may be finished
  const over = await get(url);
  expect([over.status, await messageOf(over)]).toEqual([
    410,
    'This link is over: it was used as often as it may be. Ask the person or agent that gave it to you for a new one.',
  ]);
  // Who asks for the same parts again gets no second download for nothing.
  expect((await part(0)).status).toBe(410);
});

test('[DK4] who looks like the client of a download gets nothing of it again, however small, and not with the last use', async () => {
  await write('small.md', 'not for everybody');
  const { url } = await makeLink({ path: 'small.md', maxUses: 1 });
  const browser = { 'user-agent': 'the usual browser' }; // and the address of the proxy
  expect((await get(url, { ...browser, range: 'bytes=0-0' })).status).toBe(206); // it looks whether ranges work
  expect(await (await get(url, { ...browser, range: 'bytes=0-' })).text()).toBe('not for everybody');
  for (const range of ['bytes=0-', 'bytes=0-0', 'bytes=-3']) {
    expect((await get(url, { ...browser, range })).status).toBe(410);
  }
});

test('[DK4] a download that broke off goes on with the last use, and ends with its content', async () => {
  const size = 32 * 1024 * 1024; // more than what is on the way
  await hub.server.files.write(human, {
    workspace: hub.workspace,
    path: 'large.bin',
    content: Buffer.alloc(size, 'x'),
    source: 'import',
  });
  const { url } = await makeLink({ path: 'large.bin', maxUses: 1 });
  const browser = { 'user-agent': 'the usual browser' };
  const rest = { ...browser, range: 'bytes=1000-' };
  const leaving = new AbortController();
  expect((await fetch(url, { headers: browser, signal: leaving.signal })).status).toBe(200);
  expect((await get(url, rest)).status).toBe(410); // it is still coming
  leaving.abort();
  const again = await vi.waitFor(async () => {
    const answer = await get(url, rest);
    expect(answer.status).toBe(206); // once the hub has noticed
    return answer;
  });
  expect(await sentBytes(again)).toBe(size - 1000);
  expect((await get(url, rest)).status).toBe(410);
});

test('[DK5] a flood of downloads leaves few events, and none is uncounted', async () => {
  const { id, url } = await makeLink({ path: 'page.html', version: 2, ttlMs: 3_600_000 });
  for (let n = 0; n < 30; n += 1) await sentBytes(await get(url));
  expect(await usesOf(id)).toEqual([1]);
  clock.advance(10_000);
  expect(await usesOf(id)).toEqual([1, 29]);
  expect(hub.server.hub.state.links.get(id)?.uses).toBe(30);
});

test('[DK6] a password is asked for, kept as its hash, and guessed ten times at most', async () => {
  const password = 'päss:wörd 123';
  const { id, url } = await makeLink({ password, ttlMs: 3_600_000 });
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(`:${text}`).toString('base64')}` });
  const without = await get(url);
  expect([without.status, without.headers.get('www-authenticate')]).toEqual([
    401,
    'Basic realm="Signalbox link", charset="UTF-8"',
  ]);
  expect((await get(url, basic(password))).status).toBe(200);
  const log = JSON.stringify(await hub.server.hub.audit.after(0, 1000));
  expect(log).not.toContain('wörd');
  expect(hub.server.hub.state.links.get(id)?.passwordHash).toMatch(/^[\w-]{22}\.[\w-]{43}$/u);
  const guesses = await Promise.all(Array.from({ length: 15 }, (_, n) => get(url, basic(`guess ${n}`))));
  expect(guesses.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
    ...Array(10).fill(401),
    ...Array(5).fill(429),
  ]);
  expect(guesses.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('600');
  expect((await get(url, basic(password))).status).toBe(200); // whoever had it right goes on
  clock.advance(600_000);
  expect((await get(url, basic('guess again'))).status).toBe(401);
});

test('[DK11] [DK15] who gets nothing by a link is in the log with why, the first at once and then once a minute; guesses are not', async () => {
  const { id, url } = await makeLink({ password: 'a long password', ttlMs: 3_600_000, maxUses: 1 });
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(`:${text}`).toString('base64')}` });
  const refusals = async (): Promise<unknown[]> => {
    await hub.server.hub.durable();
    const log = await hub.server.hub.audit.after(0, 10_000);
    return log.flatMap((event) =>
      event.type === 'link.refused' && event.linkId === id ? [[event.why, event.tries, event.remote]] : [],
    );
  };
  await get(url); // as a browser does, before it asks for the password
  await get(url.slice(0, -1) + (url.endsWith('A') ? 'B' : 'A'), basic('wrong'));
  await get(url, { range: 'bytes=999999999-', ...basic('a long password') });
  expect(await refusals()).toEqual([]);
  for (let n = 0; n < 15; n += 1) await get(url, basic(`wrong ${n}`)); // the last five are not even looked at
  expect(await refusals()).toEqual([['password', 1, '127.0.0.1']]);
  clock.advance(59_999);
  expect(await refusals()).toHaveLength(1);
  clock.advance(1);
  expect((await refusals()).slice(1)).toEqual([['password', 14, '127.0.0.1']]);
  await get(url, basic('wrong again'));
  expect(await refusals()).toHaveLength(2); // no two within a minute
  clock.advance(60_000);
  expect((await refusals()).slice(2)).toEqual([['password', 1, '127.0.0.1']]);
  expect(hub.server.hub.state.links.get(id)?.refused).toMatchObject({ tries: 16, why: 'password' });

  clock.advance(600_000);
  expect((await get(url, basic('a long password'))).status).toBe(200);
  expect((await get(url, basic('a long password'))).status).toBe(410);
  expect((await refusals()).slice(3)).toEqual([['used_up', 1, '127.0.0.1']]);
  clock.advance(3_600_000);
  expect((await get(url, basic('a long password'))).status).toBe(410);
  expect((await refusals()).slice(4)).toEqual([['expired', 1, '127.0.0.1']]);
});

test('[DK7] a link ends with the role or the key of who made it', async () => {
  const origin = { actor: { kind: 'agent', key: owner.keyId } } as const;
  const { url } = await makeLink({ ttlMs: 3_600_000 }, origin);
  expect((await get(url)).status).toBe(200);
  const member = { workspace: hub.workspace, keyId: owner.keyId };
  await hub.server.hub.execute(setMember, { ...member, role: 'editor' }, human);
  expect(await messageOf(await get(url))).toContain('who made it may not give the file away any more');
  await expect(makeLink({}, origin)).rejects.toMatchObject({ code: 'forbidden' });
  await hub.server.hub.execute(removeMember, member, human);
  expect((await get(url)).status).toBe(410);
});

test('[DK8] addresses hold after a restart, are in no event or frame, and their secret is for its owner alone', async () => {
  const { url } = await makeLink({ ttlMs: 3_600_000 });
  const signature = url.split('/').at(-1) ?? '';
  expect(JSON.stringify(await hub.server.hub.audit.after(0, 1000))).not.toContain(signature);
  expect(maskText(`{"url":"${url}","password": "se\\"cret"}`).kept).toBe(
    `{"url":"${url.replace(signature, `sbl_••••${signature.slice(-4)}`)}","password": "••••"}`,
  );
  expect(statSync(join(hub.dataDir, 'link.secret')).mode & 0o777).toBe(0o600);
  await hub.restart();
  expect((await get(url)).status).toBe(200);
});
