import { auth as authOfV2 } from '@modelcontextprotocol/client';
import { auth as authOfV1 } from '@modelcontextprotocol/sdk/client/auth.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const HOW = /This address takes a key.*Keys screen.*Authorization: Bearer.*\/agent\/mcp/u;

test('[HT43] addresses of an OAuth server say that this hub takes a key, and how', async () => {
  for (const path of ['/register', '/token', '/authorize?client_id=x', '/revoke', '/introspect', '/oauth/token']) {
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(`${hub.url}${path}`, { method });
      expect([path, answer.status]).toEqual([path, 400]);
      const words: unknown = await answer.json();
      expect(words).toEqual({ error: 'invalid_request', error_description: expect.stringMatching(HOW) });
      expect(JSON.stringify(words)).not.toMatch(/oauth|registration|client_id/iu);
    }
  }
});

test('[HT43] a 401 says in its header what is wrong and what to do', async () => {
  const refused = await ask(hub.server.mcp, { headers: bearer('sbx_nobody'), body: initialize() });
  expect([refused.status, refused.headers['www-authenticate']]).toEqual([
    401,
    'Bearer realm="signalbox", error="invalid_token", error_description="Unknown key. Ask the person at the desk for ' +
      `one (Keys screen) and send it as 'Authorization: Bearer sbx_...'."`,
  ]);
});

test('[HT43] the official clients show these words when they try OAuth', async () => {
  const provider = {
    redirectUrl: 'http://127.0.0.1:1/callback',
    clientMetadata: { redirect_uris: ['http://127.0.0.1:1/callback'] },
    clientInformation: () => undefined,
    saveClientInformation: () => undefined,
    tokens: () => undefined,
    saveTokens: () => undefined,
    redirectToAuthorization: () => undefined,
    saveCodeVerifier: () => undefined,
    codeVerifier: () => '',
  };
  for (const auth of [authOfV1, authOfV2])
    await expect(auth(provider, { serverUrl: hub.server.mcp })).rejects.toThrow(HOW);
});
