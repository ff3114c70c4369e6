import { afterAll, beforeAll, expect, test } from 'vitest';
import { useKey } from '../../src/hub/rules/key-uses.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { human } from '../support/open-hub.ts';
import { RuleWorld } from '../support/rule-world.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

const HOUR = 60 * 60_000;
let hub: TestServer;
let clock: FakeClock;
beforeAll(async () => {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
  const content = Buffer.from('x');
  await hub.server.files.write(human, { workspace: hub.workspace, path: 'a.md', content, source: 'import' });
});
afterAll(() => hub.close());

const read = (secret: string) =>
  ask(`${hub.url}/files/${hub.workspace}/a.md`, {
    method: 'GET',
    headers: { ...bearer(secret), 'user-agent': 'curl/8' },
  });

async function usesOf(keyId: string): Promise<unknown[]> {
  await hub.server.hub.durable();
  return [...(await hub.server.hub.audit.page({ types: ['key.used'], by: keyId })).items];
}

test('[KY38] [UX96] a key that reads files without a session is in the log, once an hour, and has its last use', async () => {
  const { secret, keyId } = await hub.newKey('ky38', 'viewer');
  for (let n = 0; n < 3; n += 1) expect((await read(secret)).text).toBe('x');
  expect(await usesOf(keyId)).toMatchObject([
    { keyId, remote: expect.stringMatching(/^127\.0\.0\.1:\d+$/u), userAgent: 'curl/8', cause: expect.any(String) },
  ]);
  clock.advance(HOUR);
  await read(secret);
  expect(await usesOf(keyId)).toHaveLength(2);
  const last = () => hub.server.hub.state.keys.get(keyId)?.lastUse;
  expect(last()).toMatchObject({ at: clock.now(), userAgent: 'curl/8' });
  expect(last()).not.toHaveProperty('session');
  await ask(hub.server.mcp, { headers: bearer(secret), body: initialize('2025-11-25', 'codex') });
  expect(last()).toMatchObject({ session: expect.any(String), client: { name: 'codex' } });
  await read(secret); // who has a session from there has been seen
  expect(await usesOf(keyId)).toHaveLength(2);
});

test('[KY38] addresses that take turns are noted once a minute, and an unknown key is not', () => {
  const world = RuleWorld.withAgents();
  const use = (remote: string) => world.run('key_a', useKey, { remote });
  const uses = (): number => world.log.filter(({ type }) => type === 'key.used').length;
  for (const remote of ['10.0.0.1:5', '10.0.0.2:5', '10.0.0.1:6']) use(remote);
  expect(uses()).toBe(1);
  world.now += 60_000;
  use('10.0.0.1:7');
  expect(uses()).toBe(1);
  use('10.0.0.2:7');
  expect(uses()).toBe(2);
  world.run('key_z', useKey, { remote: '10.0.0.3:1' });
  world.run('human', useKey, { remote: '10.0.0.3:1' });
  expect(uses()).toBe(2);
});
