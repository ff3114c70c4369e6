import { hash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DashboardClient } from '../support/dashboard-client.ts';
import {
  allowAtDesk,
  CALLBACK,
  logIn,
  look,
  newLogin,
  openDesk,
  postForm,
  registerClient,
  sentBack,
} from '../support/agent-logins.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

let clock: FakeClock;
let hub: TestServer;
let desk: DashboardClient;
beforeEach(async () => {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
  desk = await openTimelyDesk();
});
afterEach(async () => {
  desk.close();
  await hub.close();
});

/** A desk that has what changed when it is looked at: pushes wait a quarter of a second for the next. */
async function openTimelyDesk(): Promise<DashboardClient> {
  const opened = await openDesk(hub);
  const until: DashboardClient['until'] = (holds) => {
    clock.advance(250);
    return opened.until(holds);
  };
  return new Proxy(opened, {
    get: (target, name) => (name === 'until' ? until : Reflect.get(target, name)) as unknown,
  });
}

const mcpStatus = async (secret: string): Promise<number> =>
  (await ask(`${hub.url}/agent/mcp`, { headers: bearer(secret), body: initialize() })).status;
const keysByLogin = () => [...hub.server.hub.state.keys.values()].filter(({ login }) => login);

test('[LI10] registering keeps nothing, not even over a restart: the id says all, and one that was changed is unknown', async () => {
  const login = await newLogin(hub.url, { client_name: 'Kept' });
  desk.close();
  await hub.restart();
  expect(new URL(await login.open()).pathname).toContain('/agent/authorize/');
  const [said = '', signature = ''] = login.clientId.split('.');
  const lie = JSON.parse(Buffer.from(said, 'base64url').toString()) as Record<string, unknown>;
  const forged = Buffer.from(JSON.stringify({ ...lie, r: ['https://evil.example/'] })).toString('base64url');
  for (const client_id of [`${forged}.${signature}`, `${said}.${'A'.repeat(43)}`, 'x', 'a.b', '', 'y'.repeat(9_000)]) {
    const answer = await look(login.authorizeUrl({ client_id, redirect_uri: 'https://evil.example/' }));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(await answer.text()).toContain('This client is not known here');
    const refused = await login.token({ grant_type: 'refresh_token', refresh_token: 'x', client_id });
    expect(refused).toMatchObject({ status: 400, error: 'invalid_client' });
  }
  desk = await openTimelyDesk();
});

test('[LI11] a client registers only addresses that a browser can safely be sent to, and not too many', async () => {
  const good = [
    'http://localhost:1/x',
    'http://[::1]:2/',
    'https://app.example/cb',
    'cursor://x/cb',
    'com.example.app:/cb',
  ];
  const answer = await registerClient(hub.url, {
    redirect_uris: good,
    client_name: 'Good',
    token_endpoint_auth_method: 'client_secret_post',
  });
  expect([answer.status, await answer.json()]).toEqual([
    201,
    expect.objectContaining({ redirect_uris: good, token_endpoint_auth_method: 'none', client_name: 'Good' }),
  ]);
  const bad = [
    'http://evil.example/cb',
    'http://127.0.0.1.evil.example/',
    'http://127.0.0.1@evil.example/',
    'https://user:pass@app.example/',
    'http://127.0.0.1/#fragment',
    'javascript:alert(1)//',
    'JavaScript://x/%0aalert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ms-msdt:/id',
    'mailto:a@b',
    '/callback',
    'http://127.0.0.1/\tx',
    'http:\\\\evil.example',
    `https://app.example/${'x'.repeat(1_000)}`,
  ];
  for (const uri of bad) {
    const refused = await registerClient(hub.url, { redirect_uris: [uri] });
    expect([uri, refused.status, await refused.json()]).toEqual([
      uri,
      400,
      {
        error: 'invalid_redirect_uri',
        error_description: expect.stringContaining('none that a client is sent back to'),
      },
    ]);
  }
  for (const redirect_uris of [[], undefined, 'x', Array.from({ length: 11 }, (_, n) => `http://127.0.0.1/${n}`)]) {
    const refused = await registerClient(hub.url, { redirect_uris });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_client_metadata' }),
    ]);
  }
  const long = Array.from({ length: 9 }, (_, n) => `https://app.example/${n}${'x'.repeat(900)}`);
  expect(await (await registerClient(hub.url, { redirect_uris: long })).json()).toMatchObject({
    error: 'invalid_client_metadata',
    error_description: expect.stringContaining('too long'),
  });
  const huge = await registerClient(hub.url, { client_name: 'x'.repeat(20_000) });
  expect([huge.status, await huge.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })]);
  const form = await postForm(`${hub.url}/agent/register`, { client_name: 'x' });
  expect(await form.json()).toMatchObject({
    error: 'invalid_request',
    error_description: expect.stringContaining('application/json'),
  });
});

test('[LI12] an answer goes only where the client registered it, any port of a loopback address aside', async () => {
  const login = await newLogin(hub.url, { redirect_uris: [CALLBACK, 'https://app.example/cb'] });
  for (const redirect_uri of [
    'https://evil.example/cb',
    'https://app.example/cb/',
    'https://app.example/cb?x=1',
    'https://app.example:444/cb',
    'http://127.0.0.1:4711/other',
    'http://localhost:4711/callback',
    'https://127.0.0.1:4711/callback',
    undefined,
  ]) {
    const answer = await look(login.authorizeUrl({ redirect_uri }));
    expect([redirect_uri, answer.status, answer.headers.get('location')]).toEqual([redirect_uri, 400, null]);
    expect(await answer.text()).toContain('did not register');
  }
  expect(desk.logins).toEqual([]);
  await login.open({ redirect_uri: 'http://127.0.0.1:60123/callback' });
  await desk.until(({ logins }) => logins[0]?.returnsTo === 'http://127.0.0.1:60123/callback');
});

test('[LI13] what is wrong in a request is told to a program of this machine, and of others to the person alone', async () => {
  const login = await newLogin(hub.url, { redirect_uris: [CALLBACK, 'https://app.example/cb'] });
  const wrong: readonly (readonly [Record<string, string | undefined>, string])[] = [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ resource: 'https://other.example/mcp' }, 'invalid_target'],
    [{ resource: `${hub.url}/mcp` }, 'invalid_target'],
    [{ state: 'x'.repeat(2_001) }, 'invalid_request'],
  ];
  for (const [changed, error] of wrong) {
    const back = new URL((await look(login.authorizeUrl(changed))).headers.get('location') ?? '');
    expect([back.origin + back.pathname, back.searchParams.get('error')]).toEqual([CALLBACK, error]);
    expect(back.searchParams.get('iss')).toBe(`${hub.url}/agent`);
    const site = await look(login.authorizeUrl({ ...changed, redirect_uri: 'https://app.example/cb' }));
    expect([site.status, site.headers.get('location')]).toEqual([400, null]);
  }
  const twice = await look(`${login.authorizeUrl()}&state=other`);
  expect([twice.status, await twice.text()]).toEqual([400, expect.stringContaining('there twice')]);
  expect((await look(`${login.authorizeUrl()}&x=${'y'.repeat(17_000)}`)).status).toBeGreaterThanOrEqual(400);
  expect(desk.logins).toEqual([]);
  // A host in capitals and a slash at the end are the same resource.
  await login.open({ resource: `${hub.url.toUpperCase().replace('HTTP', 'http')}/agent/mcp/` });
});

test('[LI14] a login that nobody decides is over after five minutes, on the desk and on its page', async () => {
  const login = await newLogin(hub.url);
  const page = await login.open();
  await desk.until(({ logins }) => logins.length === 1);
  const { id = '' } = desk.logins[0] ?? {};
  clock.advance(5 * 60_000 - 1_000);
  expect((await look(page)).status).toBe(200);
  clock.advance(1_000);
  await desk.until(({ logins }) => logins.length === 0);
  const over = await look(page);
  expect([over.status, await over.text()]).toEqual([410, expect.stringContaining('This login is over')]);
  const grant = { id, name: 'late', role: 'editor', workspace: hub.workspace } as const;
  await expect(desk.api.loginAllow(grant)).rejects.toMatchObject({ code: 'gone' });
});

test('[LI14] one that was allowed and whose page never comes is over after a minute, and no key is made', async () => {
  const page = await (await newLogin(hub.url)).open();
  await allowAtDesk(desk, page, { workspace: hub.workspace });
  clock.advance(60_000);
  expect((await look(page)).status).toBe(410);
  expect(keysByLogin()).toEqual([]);
});

test('[LI15] one login waits for a client: a later one takes its place, and the page of the earlier says so', async () => {
  const login = await newLogin(hub.url);
  const first = await login.open();
  await desk.until(({ logins }) => logins.length === 1);
  const { id: before } = desk.logins[0] ?? {};
  const second = await login.open();
  await desk.until(({ logins }) => logins[0] !== undefined && logins[0].id !== before);
  expect(desk.logins.length).toBe(1);
  expect([(await look(first)).status, (await look(second)).status]).toEqual([410, 200]);
});

test('[LI16] of one address ten wait, and twenty are asked for in a minute: a thousand more are refused, and change nothing', async () => {
  for (let n = 0; n < 10; n += 1) await (await newLogin(hub.url, { client_name: `client ${n}` })).open();
  await desk.until(({ logins }) => logins.length === 10);
  const shown = desk.logins.map(({ id }) => id);
  const another = await newLogin(hub.url);
  const url = another.authorizeUrl();
  const refused = await look(url);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '300']);
  expect(await refused.text()).toContain('10 logins of this address waiting already');
  const statuses = new Set<number>();
  let words = '';
  for (let n = 0; n < 1_000; n += 1) {
    const answer = await look(url);
    statuses.add(answer.status);
    words = await answer.text();
  }
  expect([[...statuses], words]).toEqual([[429], expect.stringContaining('20 times a minute')]);
  await desk.until(() => true);
  expect(desk.logins.map(({ id }) => id)).toEqual(shown);
  clock.advance(60_000);
  await desk.api.loginDeny({ id: shown[0] ?? '' });
  await another.open();
});

test('[LI16] registrations and tokens of one address are 120 a minute', async () => {
  const login = await newLogin(hub.url);
  const statuses: number[] = [];
  for (let n = 0; n < 125; n += 1) statuses.push((await login.token({ grant_type: 'x' })).status);
  expect([statuses.indexOf(429), statuses.at(-1)]).toEqual([119, 429]);
  clock.advance(1_000);
  expect((await login.token({ grant_type: 'x' })).error).toBe('unsupported_grant_type');
});

test('[LI20] a code is good once, for a minute, by its client, with its verifier, redirect and resource', async () => {
  const wrong: readonly Record<string, string>[] = [
    { code_verifier: 'x'.repeat(43) },
    { code_verifier: 'short' },
    { redirect_uri: 'http://127.0.0.1:1/callback' },
  ];
  for (const changed of wrong) {
    const login = await newLogin(hub.url);
    const page = await login.open();
    await allowAtDesk(desk, page, { workspace: hub.workspace });
    const code = (await sentBack(page)).get('code') ?? '';
    const refused = await login.exchange(code, changed);
    expect(refused).toMatchObject({
      status: 400,
      error: 'invalid_grant',
      error_description: expect.stringContaining('used up'),
    });
    expect((await login.exchange(code)).error).toBe('invalid_grant');
  }
  const login = await newLogin(hub.url);
  const other = await newLogin(hub.url, { client_name: 'Other' });
  const page = await login.open();
  await allowAtDesk(desk, page, { workspace: hub.workspace });
  const code = (await sentBack(page)).get('code') ?? '';
  expect((await other.exchange(code, { code_verifier: login.verifier })).error).toBe('invalid_grant');
  const target = await login.exchange(code, { resource: 'https://other.example/' });
  expect(target.error).toBe('invalid_target');
  expect((await sentBack(page)).get('code')).toBe(code); // a page that is loaded again
  clock.advance(59_999);
  expect((await login.exchange(code, { resource: `${hub.url}/agent/mcp` })).status).toBe(200);
  const late = await newLogin(hub.url);
  const latePage = await late.open();
  await allowAtDesk(desk, latePage, { name: 'late', workspace: hub.workspace });
  const lateCode = (await sentBack(latePage)).get('code') ?? '';
  clock.advance(60_000);
  expect(await late.exchange(lateCode)).toMatchObject({
    error: 'invalid_grant',
    error_description: expect.stringContaining('its minute is over'),
  });
  expect(keysByLogin().map(({ name }) => name)).toEqual(['trial']);
});

test('[LI21] a code that comes a second time revokes the key that was made for it', async () => {
  const { steps, code, token } = await logIn(hub, desk);
  expect(await mcpStatus(token.access_token)).toBe(200);
  expect(await steps.exchange(code)).toMatchObject({
    status: 400,
    error: 'invalid_grant',
    error_description: expect.stringContaining('used before'),
  });
  expect(await mcpStatus(token.access_token)).toBe(401);
  const [event] = (await hub.server.hub.audit.page({ types: ['key.revoked'], order: 'desc' })).items;
  expect(event).toMatchObject({ actor: { kind: 'hub' }, reason: expect.stringContaining('a second time') });
});

test('[LI22] a refresh token is good once: the next one and a new secret come with it, and the old one a second time revokes the key', async () => {
  const { steps, token } = await logIn(hub, desk);
  const next = await steps.refresh(token.refresh_token);
  expect(next).toMatchObject({ status: 200, token_type: 'Bearer' });
  expect(next).not.toHaveProperty('expires_in');
  expect([await mcpStatus(token.access_token), await mcpStatus(next.access_token ?? '')]).toEqual([200, 200]);
  clock.advance(60_000); // what was under way with the old secret has a minute
  expect([await mcpStatus(token.access_token), await mcpStatus(next.access_token ?? '')]).toEqual([401, 200]);
  const forged = `${token.refresh_token.slice(0, -5)}AAAAA`;
  expect(await steps.refresh(forged)).toMatchObject({ error: 'invalid_grant' });
  const other = await newLogin(hub.url, { client_name: 'Other' });
  expect(await other.refresh(token.refresh_token)).toMatchObject({ error: 'invalid_grant' });
  expect(await mcpStatus(next.access_token ?? '')).toBe(200); // neither tells of a theft
  expect(await steps.refresh(token.refresh_token)).toMatchObject({
    error: 'invalid_grant',
    error_description: expect.stringContaining('its key is revoked'),
  });
  expect(await mcpStatus(next.access_token ?? '')).toBe(401);
  expect((await steps.refresh(next.refresh_token ?? '')).error).toBe('invalid_grant');
});

test('[LI23] a suspended key gets no new secret and stays, an expiring one gets one until its end', async () => {
  const { steps, token } = await logIn(hub, desk);
  const keyId = keysByLogin()[0]?.id ?? '';
  await desk.api.keySuspend({ keyId });
  expect(await steps.refresh(token.refresh_token)).toMatchObject({
    error: 'access_denied',
    error_description: expect.stringContaining('suspended'),
  });
  await desk.api.keyResume({ keyId });
  await desk.api.keyUpdate({ keyId, expiresAt: clock.now() + 3_600_000 });
  const next = await steps.refresh(token.refresh_token);
  expect(next).toMatchObject({ status: 200, expires_in: 3_600 });
  clock.advance(3_600_000);
  expect((await steps.refresh(next.refresh_token ?? '')).error_description).toContain('has expired');
});

test('[LI23] a key that the person gave another secret, or revoked, is not refreshed any more', async () => {
  const { steps, token } = await logIn(hub, desk);
  const keyId = keysByLogin()[0]?.id ?? '';
  const { secret } = await desk.api.keyRotate({ keyId, graceMs: 0 });
  expect((await steps.refresh(token.refresh_token)).error_description).toContain('another secret');
  expect(await mcpStatus(secret)).toBe(200);
  await desk.api.keyRevoke({ keyId });
  expect((await steps.refresh(token.refresh_token)).error_description).toContain('revoked');
});

test('[LI24] a client revokes its own key by either token, and no key that did not log in', async () => {
  for (const which of ['access_token', 'refresh_token'] as const) {
    const { steps, token } = await logIn(hub, desk, { name: which });
    const revoke = (of: string, client_id: string | undefined = steps.clientId) =>
      postForm(`${hub.url}/agent/revoke`, { token: of, client_id });
    expect((await revoke(hub.key)).status).toBe(200);
    expect((await revoke('sbx_unknown')).status).toBe(200);
    expect((await revoke(token[which], 'unknown')).status).toBe(400);
    expect([await mcpStatus(hub.key), await mcpStatus(token.access_token)]).toEqual([200, 200]);
    expect((await revoke(token[which])).status).toBe(200);
    expect([await mcpStatus(hub.key), await mcpStatus(token.access_token)]).toEqual([200, 401]);
  }
});

test('[LI25] the name of a key in use is no way in: the person chooses another, and what the client calls itself stays its own word', async () => {
  const page = await (await newLogin(hub.url, { client_name: 'First-Agent\u202e (really)\n' })).open();
  await desk.until(({ logins }) => logins.length === 1);
  expect(desk.logins[0]?.client).toBe('First-Agent (really)');
  const { id = '' } = desk.logins[0] ?? {};
  const grant = { id, role: 'editor', workspace: hub.workspace } as const;
  await expect(desk.api.loginAllow({ ...grant, name: 'FIRST-AGENT' })).rejects.toMatchObject({ code: 'name_taken' });
  await expect(desk.api.loginAllow({ ...grant, name: 'x', workspace: 'nowhere' })).rejects.toMatchObject({
    code: 'not_found',
  });
  await desk.api.loginAllow({ ...grant, name: 'newcomer' });
  await (await newLogin(hub.url)).open();
  await desk.until(({ logins }) => logins[0] !== undefined && logins[0].id !== id);
  const second = { ...grant, id: desk.logins[0]?.id ?? '' };
  // The first has not fetched its key yet.
  await expect(desk.api.loginAllow({ ...second, name: 'Newcomer' })).rejects.toMatchObject({ code: 'name_taken' });
  expect((await look(page)).status).toBe(302);
});

test('[LI26] nothing of a login is in the audit before the person has let it in, and no secret ever', async () => {
  const before = hub.server.hub.state.seq;
  const login = await newLogin(hub.url);
  const page = await login.open();
  await desk.until(({ logins }) => logins.length === 1);
  expect(hub.server.hub.state.seq).toBe(before);
  await allowAtDesk(desk, page, { workspace: hub.workspace });
  const code = (await sentBack(page)).get('code') ?? '';
  const token = await login.exchange(code);
  const { items } = await hub.server.hub.audit.page({ order: 'desc', limit: 2 });
  expect(items.map(({ type, actor: { kind } }) => [type, kind])).toEqual([
    ['member.set', 'human'],
    ['key.created', 'human'],
  ]);
  expect(items[1]).toMatchObject({
    name: 'trial',
    secretSha256: hash('sha256', token.access_token ?? '', 'hex'),
    login: { client: 'Trial Client', refreshSha256: hash('sha256', token.refresh_token ?? '', 'hex') },
    cause: expect.stringMatching(/^frm_/u),
  });
  const text = JSON.stringify(items);
  for (const secret of [code, token.access_token ?? '', token.refresh_token ?? '', login.verifier]) {
    expect(text).not.toContain(secret);
  }
});

test('[LI27] beyond this machine a login needs TLS, and without it a key alone is taken', async () => {
  const named = await startTestHub({ allowedHosts: ['hub.lan'] });
  const headers = { host: 'hub.lan' };
  const refused = await ask(`${named.url}/agent/mcp`, { headers, body: initialize() });
  expect([refused.status, refused.headers['www-authenticate']]).toEqual([
    401,
    expect.not.stringContaining('resource_metadata'),
  ]);
  const metadata = await ask(`${named.url}/.well-known/oauth-protected-resource/agent/mcp`, { method: 'GET', headers });
  expect([metadata.status, metadata.text]).toEqual([403, expect.stringContaining('needs TLS')]);
  expect(
    (await ask(`${named.url}/agent/mcp`, { headers: { ...headers, ...bearer(named.key) }, body: initialize() })).status,
  ).toBe(200);
  const secure = { ...headers, 'x-forwarded-proto': 'https' };
  const over = await ask(`${named.url}/.well-known/oauth-protected-resource/agent/mcp`, {
    method: 'GET',
    headers: secure,
  });
  expect(JSON.parse(over.text)).toMatchObject({ resource: 'https://hub.lan/agent/mcp' });
  await named.close();
});
