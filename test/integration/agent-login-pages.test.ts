import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DashboardClient } from '../support/dashboard-client.ts';
import { allowAtDesk, logIn, look, newLogin, openDesk, postForm, sentBack } from '../support/agent-logins.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let hub: TestServer;
let desk: DashboardClient;
let cookie: string;
beforeEach(async () => {
  hub = await startTestHub();
  desk = await openDesk(hub);
  const login = await fetch(`${hub.url}/api/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: hub.server.adminToken }),
  });
  cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
});
afterEach(async () => {
  desk.close();
  await hub.close();
});

/** The page as the person sees it, with what its form carries hidden. */
async function formOf(page: string): Promise<{ readonly text: string; readonly form_token: string }> {
  const text = await (await look(page, { cookie })).text();
  const [, form_token = ''] = /name="form_token" value="([^"]+)"/u.exec(text) ?? [];
  return { text, form_token };
}

test('[LI30] where the person is logged in, the page asks for name, role and workspace, an editor unless said otherwise, and leads back', async () => {
  const login = await newLogin(hub.url, { client_name: 'Codex (signalbox)' });
  const page = await login.open();
  const { text, form_token } = await formOf(page);
  expect(text).toContain('“Codex (signalbox)” wants to log in to Signalbox');
  expect(text).toContain('name="name" value="Codex"');
  expect(text).toMatch(/<option value="editor" selected>/u);
  expect(text).toContain('>default</option>');
  const fields = { form_token, decision: 'allow', name: 'my codex', role: 'viewer', workspace: hub.workspace };
  const answer = await postForm(page, fields, { cookie, origin: hub.url });
  const done = await answer.text();
  expect([answer.status, answer.headers.get('location')]).toEqual([200, null]); // its policy would stop a redirect of a form
  const [, to = ''] = /http-equiv="refresh" content="0;url=([^"]+)"/u.exec(done) ?? [];
  const back = new URL(to.replaceAll('&amp;', '&')).searchParams;
  expect(back.get('state')).toBe('its state & more');
  expect(await login.exchange(back.get('code') ?? '')).toMatchObject({ status: 200 });
  const key = [...hub.server.hub.state.keys.values()].find(({ name }) => name === 'my codex');
  expect(hub.server.hub.state.workspaces.get(hub.workspace)?.roles[key?.id ?? '']).toBe('viewer');
  const again = await newLogin(hub.url, { client_name: 'My Codex' });
  expect((await formOf(await again.open())).text).toContain('name="name" value="My Codex 2"');
});

test('[LI30] what the person wrote wrongly is said on the page and stays there, and Deny denies', async () => {
  const login = await newLogin(hub.url);
  const page = await login.open();
  const { form_token } = await formOf(page);
  const wrong = { form_token, decision: 'allow', name: 'First-Agent', role: 'owner', workspace: hub.workspace };
  const answer = await postForm(page, wrong, { cookie });
  const text = await answer.text();
  expect([answer.status, text]).toEqual([409, expect.stringContaining('There is a key first-agent already')]);
  expect(text).toContain('name="name" value="First-Agent"');
  expect(text).toMatch(/<option value="owner" selected>/u);
  expect((await postForm(page, { ...wrong, name: 'x', role: 'king' }, { cookie })).status).toBe(400);
  const denied = await postForm(page, { form_token, decision: 'deny' }, { cookie });
  expect([denied.status, await denied.text()]).toEqual([200, expect.stringContaining('error=access_denied')]);
});

test('[LI31] only the form of the login, sent by the browser in which the person is logged in, decides', async () => {
  const page = await (await newLogin(hub.url)).open();
  const { form_token } = await formOf(page);
  const fields = { form_token, decision: 'allow', name: 'x', role: 'editor', workspace: hub.workspace };
  const tries: readonly (readonly [string, Record<string, string | undefined>, Record<string, string>])[] = [
    ['nobody logged in', fields, {}],
    ['an agent', fields, { authorization: `Bearer ${hub.key}` }],
    ['a program of the person', fields, { authorization: `Bearer ${hub.server.adminToken}` }],
    ['no token of the form', { ...fields, form_token: undefined }, { cookie }],
    ['a wrong one', { ...fields, form_token: 'x'.repeat(32) }, { cookie }],
    ['a page of another site', fields, { cookie, origin: 'https://evil.example' }],
    ['a page of another port', fields, { cookie, origin: 'http://127.0.0.1:1' }],
    ['a page in a sandbox', fields, { cookie, origin: 'null' }],
  ];
  for (const [who, given, headers] of tries) {
    expect([who, (await postForm(page, given, headers)).status]).toEqual([who, 403]);
  }
  const json = await fetch(page, { method: 'POST', headers: { cookie, 'content-type': 'text/plain' }, body: 'x' });
  expect(json.status).toBe(400);
  expect((await look(page)).status).toBe(200);
  expect(desk.logins.length).toBe(1); // nothing was decided
});

test('[LI32] the page is in no frame, runs nothing but its own, and shows what the client says as text', async () => {
  const evil = '"><img src=x onerror=alert(1)></title><script>alert(1)</script>&amp;';
  const redirect_uri = "https://app.example/'<b>cb&amp;";
  const login = await newLogin(hub.url, { client_name: evil, redirect_uris: [redirect_uri] });
  const page = await login.open({ redirect_uri });
  for (const headers of [{}, { cookie }] as Record<string, string>[]) {
    const answer = await look(page, headers);
    const text = await answer.text();
    expect(text).not.toMatch(/<img|<script>alert|<b>|onerror=alert\(1\)>/u);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('its own word, which nobody has checked');
    expect(text).toContain('a website: ');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'/u);
    expect(policy).toMatch(/frame-ancestors 'none'/u);
    expect(policy).toMatch(/base-uri 'none'/u);
    expect(policy).not.toMatch(/unsafe|\*|https?:/u);
    for (const [, tag, inline = ''] of text.matchAll(/<(style|script)>([^]*?)<\/\1>/gu)) {
      expect([tag, policy.includes(`'sha256-${hash('sha256', inline, 'base64')}'`)]).toEqual([tag, true]);
    }
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('same-origin');
  }
  // A site of another origin that shows it within its own page, or as a picture, begins nothing.
  const before = desk.logins.length;
  const another = await newLogin(hub.url);
  for (const dest of ['iframe', 'frame', 'embed', 'object', 'image', 'script']) {
    const answer = await look(another.authorizeUrl(), { 'sec-fetch-dest': dest });
    expect([dest, answer.status, answer.headers.get('location')]).toEqual([dest, 403, null]);
  }
  expect(desk.logins.length).toBe(before);
});

test('[LI33] a site or an app gets its answer over a page that shows where it goes, a program of this machine directly', async () => {
  const login = await newLogin(hub.url, { redirect_uris: ['cursor://anysphere/callback', 'https://app.example/cb'] });
  for (const redirect_uri of ['cursor://anysphere/callback', 'https://app.example/cb']) {
    const page = await login.open({ redirect_uri });
    await allowAtDesk(desk, page, { workspace: hub.workspace, name: `to ${redirect_uri.slice(0, 5)}` });
    const answer = await look(page);
    const text = await answer.text();
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    expect(text).toContain(`content="0;url=${redirect_uri}?code=sbc_`);
    expect(text).toContain(`<a href="${redirect_uri}?code=sbc_`);
  }
});

test('[LI34] a page on which the person is writing learns that the desk has decided', async () => {
  const page = await (await newLogin(hub.url)).open();
  const looks = async (): Promise<number> => (await look(`${page}?look`, { cookie })).status;
  expect(await looks()).toBe(204);
  await allowAtDesk(desk, page, { workspace: hub.workspace });
  expect(await looks()).toBe(205);
  expect((await sentBack(page)).get('code')).toMatch(/^sbc_/u);
});

test('[LI35] what a login sends is recorded without its secrets, and the page that looks again is not', async () => {
  const { steps, code, token } = await logIn(hub, desk);
  const next = await steps.refresh(token.refresh_token);
  const unknown = 'an-unknown-token-0123456789abcdef'; // to revoke a known one would take its frames away
  await postForm(`${hub.url}/agent/revoke`, { token: unknown, client_id: steps.clientId });
  const { recorder } = hub.server;
  const { frames } = await recorder.page({ limit: 100 });
  const subjects = frames.filter(({ kind }) => kind === 'exchange').map(({ subject }) => subject);
  expect(subjects).toEqual(
    expect.arrayContaining(['/agent/register', '/agent/authorize', '/agent/token', '/agent/revoke']),
  );
  expect(subjects.filter((subject) => subject?.startsWith('/agent/authorize/'))).toEqual([]);
  const contents = JSON.stringify(await Promise.all(frames.map(({ id }) => recorder.get(id))));
  expect(contents).toContain('grant_type=authorization_code');
  const { dataDir } = hub;
  await hub.server.close();
  const secrets = [code, steps.verifier, token.access_token, token.refresh_token, next.refresh_token ?? '', unknown];
  for (const secret of secrets) {
    expect(contents).not.toContain(secret.slice(0, -8));
    for (const name of readdirSync(path.join(dataDir, 'frames'))) {
      const isThere = readFileSync(path.join(dataDir, 'frames', name)).includes(secret.slice(0, -8));
      expect([name, isThere]).toEqual([name, false]);
    }
  }
});
