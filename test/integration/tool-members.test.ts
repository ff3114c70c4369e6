import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, revokeKey } from '../../src/hub/rules/keys.ts';
import { setMember } from '../../src/hub/rules/members.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

let box: TestCatalogue & AsyncDisposable;
let chief: CatalogueAgent;
let hand: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  chief = await box.join('chief', 'owner');
  hand = await box.join('hand');
  const { roles } = box.hub.state.workspaces.get(box.workspace) ?? { roles: {} };
  // The owner of the first launch: here the chief is the only one.
  for (const keyId of Object.keys(roles).filter((id) => id !== chief.keyId && id !== hand.keyId)) {
    await box.hub.execute(revokeKey, { keyId }, human);
  }
});
afterAll(() => box.dispose());

const newKey = async (name: string, more: { readonly expiresAt?: number } = {}): Promise<string> => {
  const key = { name, secretSha256: `hash of ${name}`, roles: {}, ...more };
  return (await box.hub.execute(createKey, key, human)).keyId;
};

test('[MB1] an owner lists the members, gives roles and takes them away; everyone is notified', async () => {
  const keyId = await newKey('guest');
  const before = await chief.ok('workspace_get');
  expect(await chief.ok('member_set', { key: keyId, role: 'viewer' })).toMatchObject({
    workspace: box.workspace,
    key_id: keyId,
    key_name: 'guest',
    role: 'viewer',
    me: false,
    key_status: 'usable',
    session_count: 0,
  });
  await chief.ok('member_set', { key: 'guest', role: 'editor' }); // a member may be named
  const { members } = await chief.ok('member_list');
  expect(members).toEqual([
    expect.objectContaining({ key_name: 'chief', role: 'owner', me: true, session_count: 1 }),
    expect.objectContaining({ key_name: 'guest', role: 'editor' }),
    expect.objectContaining({ key_name: 'hand', role: 'editor' }),
  ]);
  const page = await chief.ok('member_list', { limit: 2 });
  expect((await chief.ok('member_list', { cursor: page.next_cursor })).members).toMatchObject([{ key_name: 'hand' }]);
  expect(await chief.ok('member_remove', { key: 'guest' })).toMatchObject({ key_id: keyId, removed: true });
  const { events } = await hand.ok('event_list', { after_seq: before.seq, types: ['member'] });
  expect(events).toMatchObject([
    { type: 'member.set', key_id: keyId, role: 'viewer' },
    { type: 'member.set', key_id: keyId, role: 'editor' },
    { type: 'member.removed', key_id: keyId },
  ]);
});

test('[MB2] member tools refuse a name that is no member’s, a key that never was or is revoked, and the loss of the last owner', async () => {
  const [strange, revoked] = [await newKey('strange'), await newKey('gone')];
  await box.hub.execute(revokeKey, { keyId: revoked }, human);
  // The name of another key is as one that nobody has.
  for (const key of ['strange', 'nobody', 'key_0000000000000000', revoked]) {
    const refused = await chief.refused('member_set', { key, role: 'editor' });
    expect(refused.code, key).toBe('not_found');
    expect(textIn(refused.message).replace(key, '…')).toBe(
      'There is no key …. A key is named by its key_id, which its agent finds with whoami.',
    );
  }
  expect(await chief.refused('member_remove', { key: strange })).toMatchObject({ code: 'not_found' });
  expect(await chief.refused('member_set', { key: 'chief', role: 'editor' })).toMatchObject({ code: 'conflict' });
  expect(await chief.refused('member_remove', { key: chief.keyId })).toMatchObject({ code: 'conflict' });
  // An owner whose key has expired cannot be called by, so it is none that the workspace can be left to.
  const late = await newKey('late', { expiresAt: box.hub.now() + 1 });
  await chief.ok('member_set', { key: late, role: 'owner' });
  box.clock.advance(1000);
  expect((await chief.ok('member_list')).members).toContainEqual(
    expect.objectContaining({ key_name: 'late', key_status: 'expired' }),
  );
  expect(await chief.refused('member_remove', { key: chief.keyId })).toMatchObject({ code: 'conflict' });
  await chief.ok('member_remove', { key: late });
});

test('[MB3] who is no owner sees and calls none of the tools for owners; each of them says that it is one', async () => {
  const forOwners = allTools.filter(({ set }) => set === 'owner');
  expect(forOwners.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['member_list', 'member_set', 'member_remove', 'audit_list']),
  );
  const listed = (await box.catalogue.tools.list(hand.ctx)).map(({ name }) => name);
  for (const { name, role } of forOwners.filter((tool) => !tool.needsNoWorkspace)) {
    expect(role, name).toBe('owner');
    expect(listed).not.toContain(name);
  }
  expect(await hand.refused('member_list')).toMatchObject({ code: 'forbidden' });
  expect(await hand.refused('member_set', { key: hand.keyId, role: 'owner' })).toMatchObject({ code: 'forbidden' });
  expect(await hand.refused('audit_list')).toMatchObject({ code: 'forbidden' });
});

test('[MB4] audit_list gives an owner all that was logged of its workspace, and nothing of another', async () => {
  await hand.ok('lock_acquire', { path: 'held.md' });
  await hand.refused('workspace_update', { name: 'mine' });
  const { events } = await chief.ok('audit_list', { types: ['tool', 'access', 'lock'], by: hand.keyId, limit: 4 });
  expect(events).toMatchObject([
    { type: 'tool.called', tool: 'workspace_update', outcome: 'forbidden', workspace: box.workspace },
    { type: 'access.denied', code: 'forbidden', what: 'workspace_update' },
    { type: 'tool.called', tool: 'lock_acquire', outcome: 'ok' },
    { type: 'lock.acquired', path: 'held.md' },
  ]);
  expect(JSON.stringify(events)).not.toMatch(/lck_|prevHash/u);
  await hand.ok('workspace_create', { name: 'elsewhere' });
  await hand.ok('file_write', { workspace: 'elsewhere', path: 'secret.md', text: 'x' });
  const all = await chief.ok('audit_list', { limit: 1000, max_bytes: 1024 * 1024 });
  expect(JSON.stringify(all.events)).not.toContain('secret.md');
});

test('[MB5] audit_list goes page by page, either way, and between two times; wrong ones are named', async () => {
  const seqs = (answer: { readonly events?: unknown }): number[] =>
    (answer.events as { seq: number }[]).map(({ seq }) => seq);
  const asc = { order: 'asc', limit: 2 };
  const [first, all] = [await chief.ok('audit_list', asc), await chief.ok('audit_list', { order: 'asc', limit: 4 })];
  const second = await chief.ok('audit_list', { ...asc, cursor: first.next_cursor });
  expect([...seqs(first), ...seqs(second)]).toEqual(seqs(all));
  const until = new Date(box.hub.now()).toISOString();
  expect(seqs(await chief.ok('audit_list', { since: until, until }))).toEqual([]);
  expect(seqs(await chief.ok('audit_list', { until })).length).toBeGreaterThan(3);
  expect(await chief.refused('audit_list', { types: ['file.burnt'] })).toMatchObject({
    code: 'invalid_argument',
    message: expect.stringContaining('"types" was "file.burnt"'),
  });
  expect(await chief.refused('audit_list', { since: 'yesterday' })).toMatchObject({
    message: expect.stringContaining('"since" was "yesterday"'),
  });
});

test('[KY36] a key goes on in its own workspaces, without naming them and by name, when another agent adds it to one', async () => {
  const { workspace: shared } = box;
  const worker = await box.join('worker', 'editor');
  const { secret } = await ownedByPerson('projekt', worker.keyId);
  // The one that the worker was given first is not its only one any more: the person has said so.
  await chief.ok('member_remove', { workspace: shared, key: worker.keyId });
  const { workspace: twin } = await chief.ok('workspace_create', { name: 'projekt' });
  await chief.ok('member_set', { workspace: twin, key: worker.keyId, role: 'editor' });
  expect(await worker.ok('file_write', { path: 'a.md', text: 'mine' })).toMatchObject({ workspace: secret });
  expect(await worker.ok('file_write', { workspace: 'projekt', path: 'b.md', text: 'mine' })).toMatchObject({
    workspace: secret,
  });
  expect(await worker.ok('file_list', { workspace: twin })).toMatchObject({ files: [] });
  // A person who gives the role makes it one of its own.
  await box.hub.execute(setMember, { workspace: textIn(twin), keyId: worker.keyId, role: 'owner' }, human);
  expect(await worker.refused('file_write', { path: 'c.md', text: 'whose?' })).toMatchObject({
    code: 'invalid_argument',
  });
  // One that has nothing else works where it was added.
  const fresh = await box.join('fresh');
  await chief.ok('member_remove', { workspace: shared, key: fresh.keyId });
  await chief.ok('member_set', { workspace: twin, key: fresh.keyId, role: 'editor' });
  expect(await fresh.ok('file_write', { path: 'd.md', text: 'here' })).toMatchObject({ workspace: twin });
});

/** A workspace that the person made and to which it added a key. */
async function ownedByPerson(name: string, keyId: string): Promise<{ readonly secret: string }> {
  const { workspace } = await box.hub.execute(createWorkspace, { name }, human);
  await box.hub.execute(setMember, { workspace, keyId, role: 'editor' }, human);
  return { secret: workspace };
}
