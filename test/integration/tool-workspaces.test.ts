import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCatalogue, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';

let box: TestCatalogue & AsyncDisposable;
let chief: CatalogueAgent;
let hand: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  chief = await box.join('chief', 'owner');
  hand = await box.join('hand');
});
afterAll(() => box.dispose());

test('[TL60] whoami tells key, roles, session, wire, version, time and seq', async () => {
  const me = await hand.ok('whoami');
  expect(me).toMatchObject({
    key_id: hand.keyId,
    key_name: 'hand',
    workspaces: [{ workspace: box.workspace, name: 'default', role: 'editor' }],
    session_id: hand.ctx.sessionId,
    wire: 'sse',
    protocol_version: '2025-11-25',
    subscriptions: [],
    time: '2026-01-05T09:00:00.000Z',
    log_id: box.hub.logId,
    url: 'http://127.0.0.1:7337',
  });
  const text = (await hand.call('whoami')).content[0];
  expect(text).toMatchObject({
    text: expect.stringMatching(/^You are hand, with a role in 1 workspace\. Next: [^\n]+\nkey_id: key_/u),
  });
});

test('[TL61] workspace_get is the whole live state at one seq', async () => {
  const lock = await hand.ok('lock_acquire', { path: 'w.md', reason: 'work' });
  await hand.ok('upload_create', { path: 'big.bin', size_bytes: 1000 });
  await chief.ok('file_write', { path: 'w.txt', text: 'x' });
  const state = await chief.ok('workspace_get', { workspace: 'default' });
  expect(state).toMatchObject({
    workspace: box.workspace,
    name: 'default',
    role: 'owner',
    file_count: 1,
    used_bytes: 1,
    members: expect.arrayContaining([
      { key_id: chief.keyId, key_name: 'chief', role: 'owner', me: true },
      { key_id: hand.keyId, key_name: 'hand', role: 'editor', me: false },
    ]),
    sessions: expect.arrayContaining([
      expect.objectContaining({ session_id: hand.ctx.sessionId, me: false, wire: 'sse', status: 'opening' }),
    ]),
    locks: [expect.objectContaining({ path: 'w.md', key_name: 'hand', mine: false, fence: lock.fence })],
    uploads: [expect.objectContaining({ path: 'big.bin', size_bytes: 1000 })],
    jobs: [],
  });
  const next = await chief.ok('event_list', { after_seq: state.seq });
  expect(next.events).toEqual([]);
});

test('[TL62] create, find by name, update and delete with the name as confirmation', async () => {
  const made = await chief.ok('workspace_create', { name: 'lab' });
  expect(made).toMatchObject({ name: 'lab', role: 'owner', file_count: 0, quota_bytes: 50 * 1024 ** 3 });
  expect(await chief.refused('workspace_create', { name: 'lab' })).toMatchObject({ code: 'name_taken' });
  expect(await chief.refused('workspace_create', { name: 'a/b' })).toMatchObject({ code: 'invalid_argument' });
  const list = await chief.ok('workspace_list', { limit: 1 });
  expect(list).toMatchObject({ workspaces: [{ name: 'default' }], next_cursor: expect.any(String) });
  expect((await chief.ok('workspace_list', { cursor: list.next_cursor })).workspaces).toMatchObject([{ name: 'lab' }]);
  expect(await chief.refused('workspace_update', { workspace: 'lab' })).toMatchObject({ code: 'invalid_argument' });
  const changed = await chief.ok('workspace_update', { workspace: 'lab', name: 'laboratory' });
  expect(changed).toMatchObject({ workspace: made.workspace, name: 'laboratory' });
  const wrong = await chief.refused('workspace_delete', { workspace: 'laboratory', confirm: 'lab' });
  expect(wrong).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('Nothing was deleted') });
  expect(await chief.ok('workspace_delete', { workspace: 'laboratory', confirm: 'laboratory' })).toMatchObject({
    deleted: true,
  });
  expect(await chief.refused('workspace_get', { workspace: 'laboratory' })).toMatchObject({ code: 'not_found' });
  const calls = await box.hub.audit.page({ by: chief.keyId, types: ['tool.called'], limit: 2 });
  expect(calls.items[1]).toMatchObject({ tool: 'workspace_delete', outcome: 'ok' });
});
