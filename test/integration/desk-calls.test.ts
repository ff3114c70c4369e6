import { expect, test } from 'vitest';
import { openDeskOnHub } from '../support/desk-on-hub.ts';
import { memoryChannel } from '../support/memory-channel.ts';

test('[DB17] a call with wrong arguments, an unknown call and a refusal answer as errors with a code', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  const call = (method: string, ...args: unknown[]): Promise<unknown> => api.$callRaw({ method, args });
  await expect(call('event', 'one')).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(call('memberRemove', 'default', 'key_1')).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(call('keyRevoke', { keyId: '' })).rejects.toThrow(/^keyRevoke was called wrongly: keyId: /u);
  await expect(call('keyRevoke', { keyId: 'key_1', key: 'key_1' })).rejects.toThrow('Unrecognized key: "key"');
  await expect(call('hasFirstKey', null)).resolves.toBe(true); // JSON's undefined
  await expect(call('auditPage', { limit: 5_000 })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(call('constructor')).rejects.toMatchObject({ code: 'bad_request' });
  await expect(call('__proto__')).rejects.toMatchObject({ code: 'bad_request' });
  await expect(api.event({ seq: 9_999 })).rejects.toMatchObject({ code: 'not_found' });
  await expect(api.keyRevoke({ keyId: 'key_none' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(api.sampleAgentsStart({ workspace: 'default' })).rejects.toMatchObject({ code: 'conflict' });
  expect(on.bugs).toEqual([]);
});

test('[DB18] what is not a call ends the channel', async () => {
  await using on = await openDeskOnHub();
  const { hubEnd, dashboardEnd } = memoryChannel();
  on.desk.serve(hubEnd);
  const closed = new Promise((resolve) => dashboardEnd.onClose(resolve));
  dashboardEnd.on(() => undefined);
  dashboardEnd.post({ hello: 'there' });
  expect(await closed).toBe('port_closed');
});

test('[DB70] the person chooses the tools of a key, with clear words for tools that are not there and for none', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  const { keyId } = await api.keyCreate({ name: 'planner', roles: { default: 'editor' }, note: 'of the evening' });
  expect(on.hub.state.keys.get(keyId)).toMatchObject({ tools: { set: 'default' }, note: 'of the evening' });
  await expect(api.keySetTools({ keyId, tools: { set: 'default', also: ['file_wirte'] } })).rejects.toMatchObject({
    code: 'invalid_argument',
    message: 'There is no tool file_wirte. Did you mean file_write?',
  });
  // A misspelt part would give more tools than were meant.
  const misspelt = { set: 'read', remove: ['file_read'] } as const;
  await expect(api.keySetTools({ keyId, tools: misspelt })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(api.keyCreate({ name: 'other', roles: {}, tools: misspelt })).rejects.toMatchObject({
    code: 'invalid_argument',
  });
  const { tools } = await api.keySees({ keyId });
  const reading = tools.filter(({ effect }) => effect === 'reads').map(({ name }) => name);
  await expect(api.keySetTools({ keyId, tools: { set: 'read', without: reading } })).rejects.toMatchObject({
    code: 'invalid_argument',
    message: expect.stringContaining('needs a tool'),
  });
  await api.keySetTools({ keyId, tools: { set: 'all' } });
  expect(on.hub.state.keys.get(keyId)?.tools).toEqual({ set: 'all' });
});

test('[DB71] seeing as a key: its tools with what keeps others from it, its workspaces, and why it is refused', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  const { keyId } = await api.keyCreate({ name: 'planner', roles: { default: 'viewer' } });
  await api.workspaceCreate({ name: 'elsewhere' });
  const seen = await api.keySees({ keyId });
  expect(seen.workspaces).toMatchObject([{ id: on.workspace, name: 'default', role: 'viewer' }]);
  const hasOf = (name: string) => seen.tools.find((tool) => tool.name === name)?.has;
  expect(['file_read', 'file_write', 'file_stat'].map(hasOf)).toEqual(['yes', 'role', 'policy']);
  expect(seen.listBytes).toBeGreaterThan(1_000);
  const withAll = await api.keySees({ keyId, tools: { set: 'all' } });
  expect(withAll.tools.find(({ name }) => name === 'file_stat')?.has).toBe('yes');
  expect(on.hub.state.keys.get(keyId)?.tools).toEqual({ set: 'default' });
  await api.keySuspend({ keyId, reason: 'odd' });
  expect(await api.keySees({ keyId })).toMatchObject({ refused: expect.stringContaining('suspended'), workspaces: [] });
  await expect(api.keySees({ keyId: 'key_x' })).rejects.toMatchObject({ code: 'not_found' });
});

test('[DB72] the person rotates a key, and its new secret is in that answer only', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  const { keyId, secret } = await api.keyCreate({ name: 'planner', roles: {} });
  const made = await api.keyRotate({ keyId, graceMs: 3_600_000 });
  expect(made.secret).toMatch(/^sbx_[\w-]{43}$/u);
  expect(made.secret).not.toBe(secret);
  expect(made.graceUntil).toBe(on.hub.now() + 3_600_000);
  const { items } = await api.auditPage({ types: ['key'], order: 'asc' });
  expect(JSON.stringify(items)).not.toContain(made.secret);
  await api.keyUpdate({ keyId, note: 'rotated' });
  expect(on.hub.state.keys.get(keyId)?.note).toBe('rotated');
});

test('[DB19] the person makes keys, workspaces and members by id or name, and the first key is taken once', async () => {
  await using on = await openDeskOnHub();
  const { api } = on.connect();
  expect(await api.hasFirstKey()).toBe(true);
  const first = await api.takeFirstKey();
  expect(first?.secret).toMatch(/^sbx_/u);
  expect(await api.takeFirstKey()).toBeUndefined();
  expect(await api.hasFirstKey()).toBe(false);

  const { keyId, secret } = await api.keyCreate({ name: 'planner', roles: { default: 'viewer' } });
  expect(secret).toMatch(/^sbx_[\w-]{43}$/u);
  await api.memberSet({ workspace: 'default', keyId, role: 'owner' });
  expect(on.hub.state.workspaces.get(on.workspace)?.roles[keyId]).toBe('owner');
  await api.memberRemove({ workspace: on.workspace, keyId });
  expect(on.hub.state.workspaces.get(on.workspace)?.roles[keyId]).toBeUndefined();
  await api.keyRevoke({ keyId, reason: 'left the team' });
  const { workspace: made } = await api.workspaceCreate({ name: 'second' });
  await api.workspaceUpdate({ workspace: made, name: 'renamed', quotaBytes: 4_096 });
  expect(on.hub.state.workspaces.get(made)).toMatchObject({ name: 'renamed', quotaBytes: 4_096 });
  await expect(api.workspaceDelete({ workspace: made, confirm: 'second' })).rejects.toMatchObject({
    code: 'invalid_argument',
  });
  await api.workspaceDelete({ workspace: made, confirm: 'renamed' });
  expect(on.hub.state.workspaces.has(made)).toBe(false);
  const events = await api.auditPage({ by: 'human', types: ['key', 'workspace'], order: 'asc' });
  expect(events.items).toContainEqual(expect.objectContaining({ type: 'key.revoked', reason: 'left the team' }));
  expect(events.items.map(({ type }) => type)).toEqual([
    'key.created',
    'key.revoked',
    'workspace.created',
    'workspace.updated',
    'workspace.deleted',
  ]);
  expect(await api.verifyLog()).toMatchObject({ ok: true, events: on.hub.state.seq });
});
