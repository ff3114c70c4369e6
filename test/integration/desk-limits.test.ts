import { expect, test } from 'vitest';
import { limitNames } from '../../src/hub/limits.ts';
import { connectDashboard } from '../support/dashboard-client.ts';
import { startTestHub } from '../support/start-test-hub.ts';
import { bearer, initialize, ask, rpc } from '../support/wire-client.ts';

test('[LM6] the desk is given each limit with its value, and what the key or workspace with most of it has', async () => {
  const hub = await startTestHub({ limits: { 'locks-per-key': 77 } });
  const busy = await hub.newKey('busy', 'owner');
  const lock = async (secret: string, count: number): Promise<void> => {
    const begun = await ask(hub.server.mcp, { headers: bearer(secret), body: initialize() });
    const headers = { ...bearer(secret), 'mcp-session-id': String(begun.headers['mcp-session-id']) };
    for (let n = 0; n < count; n++) {
      const params = { name: 'lock_acquire', arguments: { path: `${secret.slice(-8)}/${n}.md` } };
      const { json } = await ask(hub.server.mcp, { headers, body: rpc(n, 'tools/call', params) });
      expect(json.result?.['isError']).not.toBe(true);
    }
  };
  await lock(hub.key, 2);
  await lock(busy.secret, 3);
  await lock(busy.secret, 0);
  const dashboard = await connectDashboard(hub.url, bearer(hub.server.adminToken));
  const lines = await dashboard.api.limits();
  expect(lines.map(({ name }) => name)).toEqual(limitNames);
  const line = (name: string) => lines.find((one) => one.name === name);
  expect(line('locks-per-key')).toEqual({
    name: 'locks-per-key',
    scope: 'key',
    what: 'held locks',
    inBytes: false,
    value: 77,
    usual: 1_000,
    used: { amount: 3, id: busy.keyId },
  });
  expect(line('locks-per-workspace')?.used).toEqual({ amount: 5, id: hub.workspace });
  expect(line('locks')).toMatchObject({ scope: 'hub', used: { amount: 5 } });
  expect(line('sessions-per-key')?.used).toEqual({ amount: 2, id: busy.keyId });
  expect(line('uploads-per-key')?.used).toEqual({ amount: 0 });
  expect(line('stream-bytes-per-key')).toMatchObject({ inBytes: true, used: { amount: 0 } });
  expect(line('uris-per-listen')?.used).toBeUndefined();
  dashboard.close();
  await hub.close();
});
