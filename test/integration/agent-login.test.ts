import {
  auth as authOfV2,
  Client as ClientOfV2,
  StreamableHTTPClientTransport as TransportOfV2,
} from '@modelcontextprotocol/client';
import { auth as authOfV1 } from '@modelcontextprotocol/sdk/client/auth.js';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as ClientOfV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportOfV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DashboardClient } from '../support/dashboard-client.ts';
import { allowAtDesk, CALLBACK, look, newLogin, openDesk, postForm, sentBack } from '../support/agent-logins.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize, rpc } from '../support/wire-client.ts';

let hub: TestServer;
let desk: DashboardClient;
beforeEach(async () => {
  hub = await startTestHub();
  desk = await openDesk(hub);
});
afterEach(async () => {
  desk.close();
  await hub.close();
});

/** What a program keeps of its login, and where it opened its page. */
function providerOf(name: string): OAuthClientProvider & { readonly kept: Record<string, unknown>; opened?: URL } {
  const kept: Record<string, unknown> = {};
  const keep =
    (what: string) =>
    (value: unknown): void => {
      kept[what] = value;
    };
  return {
    kept,
    redirectUrl: CALLBACK,
    clientMetadata: { client_name: name, redirect_uris: [CALLBACK] },
    state: () => 'its-own-state',
    clientInformation: () => kept['client'],
    saveClientInformation: keep('client'),
    tokens: () => kept['tokens'],
    saveTokens: keep('tokens'),
    saveCodeVerifier: keep('verifier'),
    codeVerifier: () => kept['verifier'],
    redirectToAuthorization(url) {
      this.opened = url;
    },
  } as ReturnType<typeof providerOf>;
}

const clients = [
  {
    sdk: '@modelcontextprotocol/sdk',
    auth: authOfV1,
    connect: async (provider: OAuthClientProvider) => {
      const client = new ClientOfV1({ name: 'trial', version: '1' });
      const transport = new TransportOfV1(new URL(`${hub.url}/agent/mcp`), { authProvider: provider });
      await client.connect(transport);
      return client;
    },
  },
  {
    sdk: '@modelcontextprotocol/client',
    auth: authOfV2,
    connect: async (provider: OAuthClientProvider) => {
      const client = new ClientOfV2({ name: 'trial', version: '1' }, { versionNegotiation: { mode: 'auto' } });
      await client.connect(new TransportOfV2(new URL(`${hub.url}/agent/mcp`), { authProvider: provider as never }));
      return client;
    },
  },
];

test.for(clients)(
  '[LI1] a client on $sdk that has nothing but the address is let in by the person, works, gets a new secret, and is out when it is revoked',
  async ({ sdk, auth, connect }) => {
    const provider = providerOf(`Trial (${sdk})`);
    await expect(connect(provider)).rejects.toThrow(/Unauthorized/iu);
    const opened = provider.opened?.href ?? '';
    expect(opened).toContain(`${hub.url}/agent/authorize?`);
    const page = new URL((await look(opened)).headers.get('location') ?? '', hub.url).href;
    await allowAtDesk(desk, page, { name: 'planner', role: 'viewer', workspace: hub.workspace });
    const back = await sentBack(page);
    expect([back.get('state'), back.get('iss')]).toEqual(['its-own-state', `${hub.url}/agent`]);
    const serverUrl = `${hub.url}/agent/mcp`;
    const done = { serverUrl, authorizationCode: back.get('code') ?? '', iss: `${hub.url}/agent` };
    expect(await auth(provider, done)).toBe('AUTHORIZED');

    const client = await connect(provider);
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toContain('file_read');
    expect(names).not.toContain('file_write'); // a viewer, as the person said
    const key = hub.server.hub.state.keys.values().find(({ login }) => login);
    expect(key).toMatchObject({ name: 'planner', login: { client: `Trial (${sdk})` } });
    expect(hub.server.hub.state.workspaces.get(hub.workspace)?.roles[key?.id ?? '']).toBe('viewer');
    await client.close();

    const before = (provider.kept['tokens'] as { access_token: string }).access_token;
    expect(await auth(provider, { serverUrl })).toBe('AUTHORIZED'); // by its refresh token
    const after = (provider.kept['tokens'] as { access_token: string }).access_token;
    expect(after).not.toBe(before);
    const again = await connect(provider);
    expect((await again.listTools()).tools.length).toBe(tools.length);
    await again.close();

    const { client_id } = provider.kept['client'] as { client_id: string };
    const revoked = await postForm(`${hub.url}/agent/revoke`, { token: after, client_id });
    expect(revoked.status).toBe(200);
    expect((await ask(serverUrl, { headers: bearer(after), body: initialize() })).status).toBe(401);
    const types = (await hub.server.hub.audit.page({ types: ['key'], order: 'asc' })).items.map(({ type }) => type);
    expect(types.slice(-3)).toEqual(['key.created', 'key.refreshed', 'key.revoked']);
  },
);

test('[LI2] what a login needs stands at its own paths, says where all of it is, and its 401 leads there', async () => {
  const refused = await ask(`${hub.url}/agent/mcp`, { body: initialize() });
  expect([refused.status, refused.headers['www-authenticate']]).toEqual([
    401,
    expect.stringContaining(`, resource_metadata="${hub.url}/.well-known/oauth-protected-resource/agent/mcp"`),
  ]);
  expect(refused.text).toContain('Log in with your client');
  const resource = await (await fetch(`${hub.url}/.well-known/oauth-protected-resource/agent/mcp`)).json();
  expect(resource).toEqual({
    resource: `${hub.url}/agent/mcp`,
    authorization_servers: [`${hub.url}/agent`],
    bearer_methods_supported: ['header'],
    resource_name: 'Signalbox',
  });
  const server = await (await fetch(`${hub.url}/.well-known/oauth-authorization-server/agent`)).json();
  expect(server).toMatchObject({
    issuer: `${hub.url}/agent`,
    authorization_endpoint: `${hub.url}/agent/authorize`,
    token_endpoint: `${hub.url}/agent/token`,
    registration_endpoint: `${hub.url}/agent/register`,
    revocation_endpoint: `${hub.url}/agent/revoke`,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
  });
  // By another name of the machine they are of that name: clients compare it with the one that they came by.
  const named = hub.url.replace('127.0.0.1', 'localhost');
  expect(await (await fetch(`${named}/.well-known/oauth-protected-resource/agent/mcp`)).json()).toMatchObject({
    resource: `${named}/agent/mcp`,
    authorization_servers: [`${named}/agent`],
  });
});

test('[LI2] at the root, /mcp and /sse nothing of it answers, nor where it would be of another kind', async () => {
  const elsewhere = [
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/oauth-protected-resource/sse',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/openid-configuration',
    '/.well-known/openid-configuration/agent',
    '/agent/.well-known/openid-configuration',
    '/agent',
  ];
  for (const path of elsewhere) {
    const answer = await fetch(hub.url + path, { headers: { Accept: 'application/json' } });
    expect([path, answer.status]).toEqual([path, 404]);
  }
  for (const path of ['/register', '/token', '/authorize', '/revoke']) {
    const answer = await fetch(hub.url + path, { method: 'POST' });
    expect([path, answer.status, await answer.text()]).toEqual([path, 400, expect.stringContaining('takes a key')]);
  }
  for (const path of ['/mcp', '/sse']) {
    const refused = await fetch(hub.url + path, { headers: { Accept: 'text/event-stream' } });
    const challenge = refused.headers.get('www-authenticate');
    expect([path, refused.status, challenge]).toEqual([path, 401, expect.not.stringContaining('resource_metadata')]);
    expect(await refused.text()).not.toContain('Log in');
  }
});

test('[LI3] /agent/mcp takes any good key, and speaks revisions with sessions alone', async () => {
  const opened = await ask(`${hub.url}/agent/mcp/`, { headers: bearer(hub.key), body: initialize() });
  expect([opened.status, typeof opened.headers['mcp-session-id']]).toEqual([200, 'string']);
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
  const stateless = await ask(`${hub.url}/agent/mcp`, {
    headers: { ...bearer(hub.key), 'mcp-protocol-version': '2026-07-28' },
    body: rpc(1, 'server/discover', { _meta: meta }),
  });
  expect([stateless.status, stateless.text]).toEqual([400, expect.stringContaining('begin with initialize')]);
});

test('[LI4] the code on the page is that on the desk, which knows of a login at once and until it is decided', async () => {
  const login = await newLogin(hub.url, { client_name: 'Codex' });
  const page = await login.open();
  await desk.until(({ logins }) => logins.length === 1);
  const [waiting] = desk.logins;
  expect(waiting).toMatchObject({
    client: 'Codex',
    returnsTo: CALLBACK,
    returnKind: 'loopback',
    address: '127.0.0.1',
    code: expect.stringMatching(/^[A-Z2-9]{3}-[A-Z2-9]{3}$/u),
  });
  const text = await (await look(page)).text();
  expect(text).toContain(`>${waiting?.code}<`);
  expect(text).toContain('Allow it at the desk');
  expect(JSON.stringify(waiting)).not.toContain(page.slice(page.lastIndexOf('/') + 1)); // which is the browser's alone
  const late = await openDesk(hub);
  await late.until(({ logins }) => logins.length === 1);
  late.close();
  await desk.api.loginDeny({ id: waiting?.id ?? '' });
  await desk.until(({ logins }) => logins.length === 0);
  await expect(
    desk.api.loginAllow({ id: waiting?.id ?? '', name: 'x', role: 'editor', workspace: hub.workspace }),
  ).rejects.toMatchObject({ code: 'gone', message: expect.stringContaining('decided already') });
});

test('[LI5] a client that is denied is told so, with its state', async () => {
  const login = await newLogin(hub.url);
  const page = await login.open();
  await desk.until(({ logins }) => logins.length === 1);
  await desk.api.loginDeny({ id: desk.logins[0]?.id ?? '' });
  const back = await sentBack(page);
  expect(Object.fromEntries(back)).toEqual({
    error: 'access_denied',
    error_description: 'The person at the desk denied it.',
    state: 'its state & more',
    iss: `${hub.url}/agent`,
  });
  expect([...hub.server.hub.state.keys.values()].some(({ login: made }) => made)).toBe(false);
});
