import { afterEach, beforeEach, expect, test } from 'vitest';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import { cancelTransfer, claimTransfer, createTransfer } from '../../src/hub/rules/transfers.ts';
import { secretHash } from '../../src/hub/data-dir/secrets.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { fromSnapshot, takeSnapshot } from '../../src/protocol/snapshot.ts';
import { maskText } from '../../src/recorder/masking.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';

const HOUR = 60 * 60 * 1000;
let box: TestCatalogue & AsyncDisposable;
let giver: CatalogueAgent;
let heir: CatalogueAgent;
let other: CatalogueAgent;

beforeEach(async () => {
  box = await openCatalogue();
  giver = await box.join('giver', 'owner');
  heir = await box.join('heir', 'viewer');
  other = await box.join('other');
  await box.hub.execute(removeMember, { workspace: box.workspace, keyId: heir.keyId }, human);
});
afterEach(() => box.dispose());

const offer = async (args: object = {}): Promise<string> => textIn((await giver.ok('transfer_create', args)).token);
const roles = () => box.hub.state.workspaces.get(box.workspace)?.roles ?? {};

test('[TF1] [TF5] a claim moves the ownership in one commit, and who watches is notified; a preview changes nothing', async () => {
  const token = await offer();
  const { seq } = await other.ok('workspace_get');
  await giver.ok('lock_acquire', { path: 'kept.md' });
  const preview = await heir.ok('transfer_claim', { token, preview: true });
  const facts = {
    workspace: box.workspace,
    name: 'default',
    your_role: 'owner',
    former_owner: giver.keyId,
    former_owner_name: 'giver',
    former_owner_role: 'editor',
  };
  expect(preview).toMatchObject({ claimed: false, ...facts });
  expect(preview).not.toHaveProperty('your_role_before');
  expect([roles()[giver.keyId], roles()[heir.keyId]]).toEqual(['owner', undefined]);
  const before = box.hub.state.seq;
  expect(await heir.ok('transfer_claim', { token })).toMatchObject({ claimed: true, ...facts });
  expect([roles()[giver.keyId], roles()[heir.keyId]]).toEqual(['editor', 'owner']);
  const { events } = await other.ok('event_list', { after_seq: Math.max(seq as unknown as number, before) });
  expect(events).toMatchObject([
    { type: 'workspace.transferred', key_id: giver.keyId, to_key_id: heir.keyId, kept_role: 'editor' },
    { type: 'member.set', key_id: heir.keyId, role: 'owner' },
    { type: 'member.set', key_id: giver.keyId, role: 'editor' },
  ]);
  expect(box.hub.state.locks.size).toBe(1); // an editor keeps its locks
  expect((await heir.ok('transfer_list')).transfers).toMatchObject([{ status: 'claimed', from_name: 'giver' }]);
});

test('[TF1] the giver may choose to be a viewer, or nothing: then it loses its locks', async () => {
  await giver.ok('lock_acquire', { path: 'lost.md' });
  await heir.ok('transfer_claim', { token: await offer({ keep_role: 'none' }) });
  expect(roles()[giver.keyId]).toBeUndefined();
  expect(box.hub.state.locks.size).toBe(0);
  expect(await giver.refused('file_list', { workspace: 'default' })).toMatchObject({ code: 'not_found' });
});

test('[TF2] a token that was used, withdrawn or has expired, or whose maker cannot give any more, is gone', async () => {
  const used = await offer();
  const { transfer_id: id, token: withdrawn } = await giver.ok('transfer_create');
  await giver.ok('transfer_cancel', { transfer_id: id });
  expect(await heir.refused('transfer_claim', { token: withdrawn })).toMatchObject({
    code: 'gone',
    message: expect.stringMatching(/^This offer was withdrawn at 2026-/u),
  });
  expect(await giver.refused('transfer_cancel', { transfer_id: id })).toMatchObject({ code: 'gone' });
  const late = await offer();
  box.clock.advance(72 * HOUR - 1);
  const young = await offer();
  await heir.ok('transfer_claim', { token: used, preview: true });
  box.clock.advance(1);
  expect(await heir.refused('transfer_claim', { token: late })).toMatchObject({
    code: 'gone',
    message: expect.stringContaining('expired at'),
  });
  // A demoted, suspended or revoked owner gives nothing.
  const set = (role: 'owner' | 'editor') =>
    box.hub.execute(setMember, { workspace: box.workspace, keyId: giver.keyId, role }, human);
  await set('editor');
  expect(await heir.refused('transfer_claim', { token: young })).toMatchObject({ details: { status: 'void' } });
  await set('owner');
  await heir.ok('transfer_claim', { token: young });
  expect(await other.refused('transfer_claim', { token: young })).toMatchObject({
    code: 'gone',
    message: expect.stringContaining('a token is good for one claim'),
  });
  const revoked = textIn((await heir.ok('transfer_create')).token);
  await box.hub.execute(revokeKey, { keyId: heir.keyId }, human);
  expect(await other.refused('transfer_claim', { token: revoked })).toMatchObject({ code: 'gone' });
});

test('[TF3] a stranger’s token is not found and logged, alike for one that is meant for another; viewers claim none', async () => {
  const meant = await offer({ to_key: heir.keyId });
  const [none, another] = [
    await other.refused('transfer_claim', { token: 'sbt_none' }),
    await other.refused('transfer_claim', { token: meant }),
  ];
  expect(none).toEqual(another);
  expect(none).toMatchObject({ code: 'not_found' });
  const denied = await box.hub.audit.page({ by: other.keyId, types: ['access.denied'] });
  expect(denied.items).toMatchObject([{ what: 'transfer_claim' }, { what: 'transfer_claim' }]);
  expect(JSON.stringify(denied.items)).not.toContain(box.workspace);
  const viewer = await box.join('viewer', 'viewer');
  expect(await viewer.refused('transfer_claim', { token: await offer() })).toMatchObject({ code: 'forbidden' });
  expect(await giver.refused('transfer_claim', { token: await offer() })).toMatchObject({ code: 'conflict' });
  for (const key of [giver.keyId, 'key_0000000000000000']) {
    const { code } = await giver.refused('transfer_create', { to_key: key });
    expect(code).toBe(key === giver.keyId ? 'conflict' : 'not_found');
  }
  await heir.ok('transfer_claim', { token: meant });
});

test('[TF4] five offers are open at most; of those that are over the last five stay', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(textIn((await giver.ok('transfer_create')).transfer_id));
  expect(await giver.refused('transfer_create')).toMatchObject({ code: 'limit_reached' });
  for (let n = 0; n < 8; n += 1) {
    await giver.ok('transfer_cancel', { transfer_id: ids.shift() });
    ids.push(textIn((await giver.ok('transfer_create')).transfer_id));
  }
  const statuses = [...box.hub.state.transfers.values()].map(({ over }) => over?.how ?? 'open');
  expect(statuses.filter((status) => status === 'open')).toHaveLength(5);
  expect(statuses.filter((status) => status === 'cancelled')).toHaveLength(5);
});

test('[TF6] a token is in no event, list, digest of arguments or frame', async () => {
  const token = await offer();
  const again = await offer();
  await heir.call('transfer_claim', { token, preview: true });
  await heir.call('transfer_claim', { token: again, preview: true });
  const listed = await giver.ok('transfer_list');
  const log = await box.hub.audit.after(0, 1000);
  for (const text of [JSON.stringify(log), JSON.stringify(listed)]) expect(text).not.toContain(token.slice(4));
  const digests = log.flatMap((event) =>
    event.type === 'tool.called' && event.tool === 'transfer_claim' ? [event.argsDigest] : [],
  );
  expect(new Set(digests).size).toBe(1);
  const audit = await giver.ok('audit_list', { types: ['transfer'] });
  expect(JSON.stringify(audit)).not.toContain(secretHash(token));
  const frame = maskText(JSON.stringify({ params: { arguments: { token } }, text: `token: ${token}` })).kept;
  expect(frame).not.toContain(token);
  expect(frame).toContain(`sbt_••••${token.slice(-4)}`);
});

test('[TF7] the person withdraws an offer, and takes a workspace over by its id, which no agent can', async () => {
  const [first, second] = [await giver.ok('transfer_create'), await giver.ok('transfer_create')];
  const [one, two] = [textIn(first.transfer_id), textIn(second.transfer_id)];
  await box.hub.execute(cancelTransfer, { transferId: one }, human);
  await expect(box.hub.execute(claimTransfer, { transferId: one }, human)).rejects.toMatchObject({ code: 'gone' });
  const claim = { transferId: two };
  await expect(box.hub.execute(claimTransfer, claim, heir.ctx.origin)).rejects.toMatchObject({ code: 'not_found' });
  await box.hub.execute(claimTransfer, claim, human);
  expect(roles()[giver.keyId]).toBe('editor');
  const create = { workspace: box.workspace, tokenSha256: 'x', keptRole: 'editor' } as const;
  await expect(box.hub.execute(createTransfer, create, human)).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('[TF8] a snapshot from before there were offers opens without any', () => {
  const { transfers: _none, ...older } = takeSnapshot(emptyState());
  expect(fromSnapshot(older as ReturnType<typeof takeSnapshot>).transfers.size).toBe(0);
});
