import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { updateKey } from '../../src/hub/rules/key-changes.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { promptNews } from '../../src/connect/prompt-news.ts';
import { startConnect } from '../support/connect-process.ts';
import { connectDashboard } from '../support/dashboard-client.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let world: TestServer;
let dataDir = '';
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'signalbox-connect-news-'));
  world = await startTestHub({ dataDir });
});
afterAll(async () => {
  await world.close();
  await rm(dataDir, { recursive: true, force: true });
});

const drop = (file: string) =>
  world.server.files.write(human, {
    workspace: world.workspace,
    path: file,
    content: Buffer.from('x'),
    source: 'upload',
  });
const keyNamed = (name: string) => {
  const key = [...world.server.hub.state.keys.values()].find((one) => one.name === name);
  if (!key) throw new Error(`There is no key ${name}.`);
  return key;
};

test('[CN29] what is new for an agent is printed once, and counts as told with a result', async () => {
  await using bridge = startConnect({ dataDir, args: ['--as', 'teller'] });
  await bridge.handshake();
  await bridge.call('whoami');
  expect(await promptNews({ dataDir, as: 'teller' }, 'prompt')).toBe('');
  await drop('told.md');
  const said = await promptNews({ dataDir, as: 'Teller' }, 'prompt');
  expect(said).toMatch(/^Signalbox: New since your last call:\n- \S+ The person added "told\.md"/u);
  expect(await promptNews({ dataDir, as: 'teller' }, 'prompt')).toBe('');
  expect(JSON.stringify(await bridge.call('whoami'))).not.toContain('told.md');
  const { api, close } = await connectDashboard(world.url, {
    authorization: `Bearer ${world.server.adminToken}`,
  });
  const file = await api.file({ workspace: 'default', path: 'told.md' });
  const receipts = await api.fileReceipts({ fileId: file.id, version: 1 });
  expect(receipts).toMatchObject([{ agent: 'teller', way: 'prompt', sentFrame: '' }]);
  close();

  // What an agent heard with a result is not said to its prompt.
  await drop('heard.md');
  expect(JSON.stringify(await bridge.call('whoami'))).toContain('heard.md');
  expect(await promptNews({ dataDir, as: 'teller' }, 'prompt')).toBe('');
});

test('[CN29] at the start it says who else is there', async () => {
  await using one = startConnect({ dataDir, args: ['--as', 'first'] });
  await one.handshake();
  expect(await promptNews({ dataDir, as: 'first' }, 'start')).toContain('No other agent is there now.');
  await using other = startConnect({ dataDir, args: ['--as', 'second "x"'] });
  await other.handshake();
  await other.call('lock_acquire', { path: 'held.md' });
  const sessions = [...world.server.hub.state.sessions.keys()];
  expect(await promptNews({ dataDir, as: 'first' }, 'start')).toContain(
    String.raw`There now: "second \"x\"". Locks held: 1 (lock_list shows them). Call whoami first.`,
  );
  expect([...world.server.hub.state.sessions.keys()]).toEqual(sessions);
});

test('[CN29] nothing is printed for two agents of one name, for a key without news or that has ended, or for a name that is not there', async () => {
  await using one = startConnect({ dataDir, args: ['--as', 'twin'] });
  await one.handshake();
  await one.call('whoami');
  {
    await using two = startConnect({ dataDir, args: ['--as', 'twin'] });
    await two.handshake();
    await two.call('whoami');
    await drop('for-both.md');
    expect(await promptNews({ dataDir, as: 'twin' }, 'prompt')).toBe('');
    expect(JSON.stringify(await two.call('whoami'))).toContain('for-both.md');
    expect(await two.leave()).toBe(0);
  }
  const { id } = keyNamed('twin');
  await world.server.hub.execute(updateKey, { keyId: id, news: false }, human);
  expect(await promptNews({ dataDir, as: 'twin' }, 'prompt')).toBe('');
  await world.server.hub.execute(revokeKey, { keyId: id }, human);
  expect(await promptNews({ dataDir, as: 'twin' }, 'prompt')).toBe('');
  expect(await promptNews({ dataDir, as: 'twin' }, 'start')).toBe('');
  expect(await promptNews({ dataDir, as: 'nobody' }, 'prompt')).toBe('');
  expect(await promptNews({ dataDir: path.join(dataDir, 'nowhere') }, 'start')).toBe('');
});

test('[CN29] it is said to who shows the admin token of this launch, and to nobody else', async () => {
  const asked = async (authorization: string, body: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', authorization };
    return (await fetch(`${world.url}/api/connect-news`, { method: 'POST', headers, body })).status;
  };
  const token = `Bearer ${world.server.adminToken}`;
  expect(await asked(token, '{"name": "teller"}')).toBe(200);
  expect(await asked(`Bearer ${world.key}`, '{"name": "teller"}')).toBe(401);
  expect(await asked('Bearer sbx_wrong', '{"name": "teller"}')).toBe(401);
  expect(await asked(token, '{"name": ""}')).toBe(400);
  expect(await asked(token, JSON.stringify({ name: 'x'.repeat(5_000) }))).toBe(413);
});
