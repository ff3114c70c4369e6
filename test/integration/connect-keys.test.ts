import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { rotateKeyWithSecret } from '../../src/server/desk/new-key.ts';
import { cliHost } from '../support/cli-host.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let world: TestServer;
let dataDir = '';
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'signalbox-connect-keys-'));
  world = await startTestHub({ dataDir });
});
afterAll(async () => {
  await world.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Answer {
  readonly keyId?: string;
  readonly secret?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

async function asked(body: object | string, headers: Record<string, string> = {}): Promise<[number, Answer]> {
  const response = await fetch(`${world.url}/api/connect-key`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${world.server.adminToken}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return [response.status, (await response.json()) as Answer];
}

async function codeOf(body: object | string, headers?: Record<string, string>): Promise<string | undefined> {
  return (await asked(body, headers))[1].error?.code;
}

test('[CN1] a name has one key, with the same secret however often it is asked for, two at once and after a restart', async () => {
  const before = world.server.hub.state.keys.size;
  const both = await Promise.all([asked({ name: 'codex' }), asked({ name: 'codex', role: 'owner' })]);
  const [[status, first], [, second]] = both;
  expect(status).toBe(200);
  expect(first.secret).toMatch(/^sbx_[\w-]{43}$/u);
  expect(second).toEqual(first);
  expect(world.server.hub.state.keys.size).toBe(before + 1);
  expect(world.server.hub.state.workspaces.get(world.workspace)?.roles[first.keyId ?? '']).toBe('editor');
  expect(JSON.stringify(await world.server.hub.audit.after(0, 1_000))).not.toContain(first.secret);

  await world.restart();
  expect((await asked({ name: 'Codex' }))[1]).toEqual(first); // names that look the same are the same
  const mcp = await fetch(`${world.url}/mcp`, { method: 'POST', headers: { authorization: `Bearer ${first.secret}` } });
  expect(mcp.status).not.toBe(401);
});

test('[CN2] keys are given to who shows the admin token of this launch: to no cookie, no key and nobody else', async () => {
  const login = await fetch(`${world.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: world.server.adminToken }),
  });
  const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  expect((await fetch(`${world.url}/api/whoami`, { headers: { cookie } })).status).toBe(204);
  const post = (headers: Record<string, string>) =>
    fetch(`${world.url}/api/connect-key`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: 'thief' }),
    });
  for (const headers of [
    { cookie } as Record<string, string>,
    { authorization: `Bearer ${world.key}` },
    { authorization: 'Bearer x' },
    {},
  ]) {
    expect((await post(headers)).status).toBe(401);
  }
  const page = { authorization: `Bearer ${world.server.adminToken}`, origin: 'https://evil.example' };
  expect((await post(page)).status).toBe(403);
  expect([...world.server.hub.state.keys.values()].map(({ name }) => name)).not.toContain('thief');
});

test('[CN3] a key that was revoked, rotated or made by the person is not given out, and the refusal says what to do', async () => {
  const { hub } = world.server;
  await world.newKey('mine', 'editor');
  expect((await asked({ name: 'mine' }))[1].error).toMatchObject({
    code: 'name_taken',
    message: expect.stringContaining('SIGNALBOX_KEY'),
  });

  const [, rotated] = await asked({ name: 'rotated' });
  await rotateKeyWithSecret(hub, rotated.keyId ?? '', 0);
  expect(await codeOf({ name: 'rotated' })).toBe('conflict');

  const [, gone] = await asked({ name: 'gone' });
  await hub.execute(revokeKey, { keyId: gone.keyId ?? '' }, human);
  expect((await asked({ name: 'gone' }))[1].error).toMatchObject({
    code: 'key_revoked',
    message: expect.stringContaining('signalbox keys create gone --connect'),
  });
});

test('[CN4] "keys create --connect" lets a revoked name in again, under a new key, and prints no secret', async () => {
  const { hub } = world.server;
  const [, old] = await asked({ name: 'again' });
  await hub.execute(revokeKey, { keyId: old.keyId ?? '' }, human);
  const host = cliHost();
  const code = await runCli(['keys', 'create', 'again', '--connect', '--role', 'viewer', '--data-dir', dataDir], host);
  expect([code, host.err()]).toEqual([0, '']);
  expect(host.out()).not.toContain('sbx_');
  const [, fresh] = await asked({ name: 'again' });
  expect(fresh.secret).not.toBe(old.secret);
  expect(hub.state.workspaces.get(world.workspace)?.roles[fresh.keyId ?? '']).toBe('viewer');

  const wrong = cliHost();
  expect(await runCli(['keys', 'create', 'x', '--connect', '--expires', '1d', '--data-dir', dataDir], wrong)).toBe(2);
});

test('[CN5] what asks for a key is JSON of a bounded size; with several workspaces it names one', async () => {
  expect(await codeOf('{"name":')).toBe('bad_request');
  expect(await codeOf({ name: 'x', role: 'king' })).toBe('bad_request');
  expect(await codeOf({ name: 'x'.repeat(5_000) })).toBe('too_large');
  expect(await codeOf('name=x', { 'content-type': 'text/plain' })).toBe('unsupported_media_type');
  expect(await codeOf({ name: ' x' })).toBe('invalid_argument');
  expect(await codeOf({ name: 'x', workspace: 'nowhere' })).toBe('not_found');
  const { answer } = world.server.hub.commit(createWorkspace, { name: 'second' }, human);
  expect((await asked({ name: 'x' }))[1].error).toMatchObject({
    code: 'invalid_argument',
    message: expect.stringContaining('second'),
  });
  const [status, made] = await asked({ name: 'x', workspace: 'second' });
  expect(status).toBe(200);
  expect(world.server.hub.state.workspaces.get(answer.workspace)?.roles[made.keyId ?? '']).toBe('editor');
});
