import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { authenticate } from '../../src/hub/permission.ts';
import type { Origin } from '../../src/hub/rule.ts';
import { createKey, revokeKey } from '../../src/hub/rules/keys.ts';
import { updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { MOST_REVOKED } from '../../src/protocol/reduce/keys.ts';
import { fromSnapshot, takeSnapshot } from '../../src/protocol/snapshot.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { cliHost } from '../support/cli-host.ts';
import { statelessHeaders, statelessMeta } from '../support/agent.ts';
import { connectDashboard } from '../support/dashboard-client.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, rpc } from '../support/wire-client.ts';

/** More than are kept. */
const MORE = 7;

let world: TestServer;
/** Ids in the order in which they were revoked, which is not that in which they were made. */
let revoked: readonly string[];

beforeAll(async () => {
  world = await startTestHub();
  const { hub, files } = world.server;
  const { workspace } = world;
  const made: string[] = [];
  for (let n = 0; n < MOST_REVOKED + MORE; n++) {
    const roles = { [workspace]: 'editor' } as const;
    made.push(hub.commit(createKey, { name: `key ${n}`, secretSha256: `hash ${n}`, roles }, human).answer.keyId);
  }
  revoked = made.toReversed();
  const origin: Origin = { actor: { kind: 'agent', key: revoked[0] ?? '' } };
  await files.write(origin, { workspace, path: 'old.txt', content: Buffer.from('old'), source: 'tool' });
  for (const keyId of revoked) hub.commit(revokeKey, { keyId }, human);
  // What a key has lost is noted for those in use only.
  await hub.execute(updateWorkspace, { workspace, name: 'renamed' }, human);
});
afterAll(() => world.close());

test('[KY21] of revoked keys the last ones stay in the state, and nothing of the others', () => {
  const { state } = world.server.hub;
  expect(state.keys.size).toBe(MOST_REVOKED + 1);
  for (const [n, keyId] of revoked.entries()) expect(state.keys.has(keyId), keyId).toBe(n >= MORE);
  const roles = state.workspaces.get(world.workspace)?.roles ?? {};
  expect(Object.keys(roles).filter((keyId) => !state.keys.has(keyId))).toEqual([]);
  for (const key of state.keys.values()) if (key.revokedAt !== undefined) expect(key).not.toHaveProperty('once');
});

test('[KY21] [LG14] [HB6] a replay of the log and a snapshot give the same state', async () => {
  const { hub } = world.server;
  await hub.durable();
  const live = takeSnapshot(hub.state);
  const replayed = emptyState();
  for (let after = 0; after < live.seq; after = replayed.seq)
    for (const { hash: _hash, prevHash: _prev, ...event } of await hub.audit.after(after, 1_000))
      if (event.seq <= live.seq) applyEvent(replayed, event);
  expect(takeSnapshot(replayed)).toEqual(live);
  // The next revocation takes the same key away from a state that began with a snapshot.
  const { keyId } = await hub.execute(createKey, { name: 'one more', secretSha256: 'more', roles: {} }, human);
  const replica = fromSnapshot(JSON.parse(JSON.stringify(takeSnapshot(hub.state))) as typeof live);
  const before = hub.state.seq;
  await hub.execute(revokeKey, { keyId }, human);
  for (const { hash: _hash, prevHash: _prev, ...event } of await hub.audit.after(before, 10))
    applyEvent(replica, event);
  expect(takeSnapshot(replica)).toEqual(takeSnapshot(hub.state));
  expect(hub.state.keys.has(revoked[MORE] ?? '')).toBe(false);
});

test('[KY21] who comes with one of the last learns that it was revoked, with an older one that it is unknown', () => {
  const { state } = world.server.hub;
  const codeOf = (n: number) => {
    const found = authenticate(state, `hash ${n}`, Date.now());
    return found instanceof HubError ? found.code : 'ok';
  };
  expect(codeOf(0)).toBe('key_revoked'); // made first, revoked last
  expect(codeOf(MOST_REVOKED + MORE - 1)).toBe('unauthorized');
});

test('[KY21] the names of all of them are found: by agents, at the desk and on the command line', async () => {
  const [oldest = ''] = revoked;
  const name = `key ${MOST_REVOKED + MORE - 1}`;
  const { hub } = world.server;
  expect(hub.keyName(oldest)).toBe(name);
  expect(hub.keyName('key_none')).toBe('key_none');
  const listed = await ask(`${world.url}/mcp`, {
    headers: statelessHeaders(world.key, 'tools/call', 'file_list'),
    body: rpc(1, 'tools/call', { name: 'file_list', arguments: {}, _meta: statelessMeta('reader') }),
  });
  expect(listed.text).toContain(`"key_id":"${oldest}","key_name":"${name}"`);
  const { api, close } = await connectDashboard(world.url, bearer(world.server.adminToken));
  expect(await api.keyNames({ keyIds: [oldest, 'key_none'] })).toEqual({ [oldest]: name, key_none: 'key_none' });
  close();
  const host = cliHost({ SIGNALBOX_DATA_DIR: world.dataDir });
  expect(await runCli(['audit', 'tail', '--actor', oldest], host), host.err()).toBe(0);
  expect(host.out()).toContain(name);
  expect(host.out()).not.toContain(oldest);
});
