import { expect, test } from 'vitest';
import { authenticate, requireRole, resolveWorkspace } from '../../src/hub/permission.ts';
import { createKey, revokeKey } from '../../src/hub/rules/keys.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import {
  closeSession,
  dropSession,
  initializeSession,
  openSession,
  resumeSession,
  subscribeSession,
  unsubscribeSession,
} from '../../src/hub/rules/sessions.ts';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { newSecret, secretHash } from '../../src/hub/data-dir/secrets.ts';
import type { Actor } from '../../src/protocol/envelope.ts';
import { RuleWorld } from '../support/rule-world.ts';

const agent = (key: string): Actor => ({ kind: 'agent', key });

test('[KY1] only people make and revoke keys; a name in use is taken, that of a revoked key is free', () => {
  const world = RuleWorld.withAgents();
  const key = { name: 'planner', secretSha256: 'x', roles: { wsp_1: 'editor' as const } };
  expect(world.refusal('key_a', createKey, key).code).toBe('forbidden');
  expect(world.refusal('key_a', revokeKey, { keyId: 'key_b' }).code).toBe('forbidden');
  const { keyId } = world.run('human', createKey, key);
  expect(world.state.workspaces.get('wsp_1')?.roles[keyId]).toBe('editor');
  expect(world.refusal('human', createKey, key).code).toBe('name_taken');
  world.run('human', revokeKey, { keyId });
  world.run('human', createKey, key);
  expect(world.refusal('human', createKey, { ...key, name: 'x', roles: { wsp_9: 'viewer' } }).code).toBe('not_found');
  expect(world.refusal('human', createKey, { ...key, name: 'x', expiresAt: world.now }).code).toBe('invalid_argument');
  for (const name of ['', ' a', 'a\n', 'a/b', 'x'.repeat(65), '\ud800']) {
    expect(world.refusal('human', createKey, { ...key, name }).code).toBe('invalid_argument');
  }
});

test('[KY2] a secret authenticates by its hash until its key is revoked or expires', () => {
  const world = RuleWorld.withAgents();
  const { secret, secretSha256 } = newSecret();
  expect(secret).toMatch(/^sbx_[\w-]{43}$/u);
  expect(secretHash(secret)).toBe(secretSha256);
  const { keyId } = world.run('human', createKey, { name: 'k', secretSha256, roles: {}, expiresAt: world.now + 1000 });
  expect(JSON.stringify(world.log)).not.toContain(secret);
  expect(authenticate(world.state, secretSha256, world.now)).toMatchObject({ id: keyId });
  expect(authenticate(world.state, secretHash('sbx_other'), world.now)).toMatchObject({ code: 'unauthorized' });
  expect(authenticate(world.state, secretSha256, world.now + 1000)).toMatchObject({ code: 'key_expired' });
  world.run('human', revokeKey, { keyId });
  expect(authenticate(world.state, secretSha256, world.now)).toMatchObject({ code: 'key_revoked' });
  const later = world.run('human', createKey, { name: 'later', secretSha256: 'later', roles: {} });
  expect(authenticate(world.state, 'later', world.now)).toMatchObject({ id: later.keyId });
});

test('[KY3] revoking a key twice changes nothing, an unknown one is not found', () => {
  const world = RuleWorld.withAgents();
  world.run('human', revokeKey, { keyId: 'key_a' });
  const { seq } = world.state;
  world.run('human', revokeKey, { keyId: 'key_a' });
  expect(world.state.seq).toBe(seq);
  expect(world.refusal('human', revokeKey, { keyId: 'key_z' }).code).toBe('not_found');
});

test('[KY4] a role is needed: too little is forbidden, none is as if there were no workspace', () => {
  const world = RuleWorld.withAgents();
  world.add({ type: 'workspace.created', workspace: 'wsp_2', name: 'private', quotaBytes: 1, intelligence: false });
  expect(requireRole(world.state, agent('key_a'), 'wsp_1', 'editor')).toBeUndefined();
  expect(requireRole(world.state, agent('key_a'), 'wsp_1', 'owner')).toMatchObject({
    code: 'forbidden',
    details: { role: 'editor', needs: 'owner' },
  });
  for (const workspace of ['wsp_2', 'wsp_9']) {
    expect(requireRole(world.state, agent('key_a'), workspace, 'viewer')).toMatchObject({
      code: 'not_found',
      message: `There is no workspace ${workspace}. There is default.`,
      details: { workspace, workspaces: ['default'] },
    });
  }
  expect(requireRole(world.state, { kind: 'human' }, 'wsp_2', 'owner')).toBeUndefined();
  expect(requireRole(world.state, { kind: 'human' }, 'wsp_9', 'owner')).toMatchObject({ code: 'not_found' });
  expect(requireRole(world.state, agent('key_z'), 'wsp_1', 'viewer')).toMatchObject({ code: 'key_revoked' });
});

test("[KY5] without a workspace named, a key's only one is meant; with several, they are listed", () => {
  const world = RuleWorld.withAgents();
  expect(resolveWorkspace(world.state, agent('key_a'), undefined)).toMatchObject({ id: 'wsp_1' });
  expect(resolveWorkspace(world.state, agent('key_a'), 'default')).toMatchObject({ id: 'wsp_1' });
  expect(resolveWorkspace(world.state, agent('key_a'), 'wsp_1')).toMatchObject({ id: 'wsp_1' });
  world.add({ type: 'workspace.created', workspace: 'wsp_2', name: 'second', quotaBytes: 1, intelligence: false });
  expect(resolveWorkspace(world.state, agent('key_a'), undefined)).toMatchObject({ id: 'wsp_1' });
  expect(resolveWorkspace(world.state, agent('key_a'), 'second')).toMatchObject({ code: 'not_found' });
  expect(resolveWorkspace(world.state, { kind: 'human' }, undefined)).toMatchObject({
    code: 'invalid_argument',
    details: { workspaces: ['default', 'second'] },
  });
  expect(resolveWorkspace(world.state, agent('key_a'), 'third')).toMatchObject({ code: 'not_found' });
  world.add({ type: 'member.removed', workspace: 'wsp_1', keyId: 'key_a' });
  expect(resolveWorkspace(world.state, agent('key_a'), undefined)).toMatchObject({ code: 'invalid_argument' });
});

test('[WS1] an agent that makes a workspace owns it, and names are unique among those that it sees', () => {
  const world = RuleWorld.withAgents();
  const { workspace } = world.run('key_a', createWorkspace, { name: 'mine' });
  expect(world.state.workspaces.get(workspace)?.roles).toEqual({ key_a: 'owner' });
  for (const name of ['mine', 'MINE', workspace, 'wsp_1']) {
    expect(world.refusal('key_a', createWorkspace, { name }).code, name).toBe('name_taken');
    expect(world.refusal('human', createWorkspace, { name }).code, name).toBe('name_taken');
  }
  expect(world.refusal('human', createWorkspace, { name: 'q', quotaBytes: -1 }).code).toBe('invalid_argument');
  world.add({ type: 'key.revoked', keyId: 'key_c' });
  expect(world.refusal('key_c', createWorkspace, { name: 'late' }).code).toBe('key_revoked');
  // Of revoked keys only the last are in the state.
  expect(world.refusal('key_forgotten', createWorkspace, { name: 'later' }).code).toBe('key_revoked');
});

test('[WS7] two workspaces of one name: each key means its own, who sees both says which by its id', () => {
  const world = RuleWorld.withAgents();
  const { workspace: one } = world.run('key_a', createWorkspace, { name: 'Plan' });
  const { workspace: other } = world.run('key_b', createWorkspace, { name: 'Plan' });
  expect(resolveWorkspace(world.state, agent('key_a'), 'Plan')).toMatchObject({ id: one });
  expect(resolveWorkspace(world.state, agent('key_b'), 'Plan')).toMatchObject({ id: other });
  const both = { code: 'invalid_argument', details: { workspaces: [one, other] } };
  expect(resolveWorkspace(world.state, { kind: 'human' }, 'Plan')).toMatchObject(both);
  world.add({ type: 'member.set', workspace: other, keyId: 'key_a', role: 'viewer' });
  expect(resolveWorkspace(world.state, agent('key_a'), 'Plan')).toMatchObject(both);
  expect(resolveWorkspace(world.state, agent('key_a'), other)).toMatchObject({ id: other });
  expect(resolveWorkspace(world.state, agent('key_c'), 'Plan')).toMatchObject({ code: 'not_found' });
});

test('[WS6] names are kept in NFC, found however they were typed, and unique whatever the case', () => {
  const world = RuleWorld.withAgents();
  const { workspace } = world.run('human', createWorkspace, { name: 'cafe\u0301' });
  world.run('human', createWorkspace, { name: 'second' });
  const { workspace: other } = world.run('human', createWorkspace, { name: 'other' });
  expect(world.state.workspaces.get(workspace)?.name).toBe('caf\u00e9');
  for (const typed of ['cafe\u0301', 'caf\u00e9']) {
    expect(resolveWorkspace(world.state, { kind: 'human' }, typed)).toMatchObject({ id: workspace });
  }
  for (const name of ['SECOND', 'Caf\u00c9', 'CAFE\u0301']) {
    expect(world.refusal('human', createWorkspace, { name }).code, name).toBe('name_taken');
    expect(world.refusal('human', updateWorkspace, { workspace: other, name }).code, name).toBe('name_taken');
  }
  world.run('human', updateWorkspace, { workspace, name: 'Caf\u00e9' });
  world.run('human', deleteWorkspace, { workspace, confirm: 'Cafe\u0301' });
  for (const name of ['.', '..', 'a\u202eb', 'a\u2066b', 'a\u0007b', 'a\u2028b']) {
    expect(world.refusal('human', createWorkspace, { name }).code, JSON.stringify(name)).toBe('invalid_argument');
  }
});

test('[KY6] who has no role in a workspace does not learn its name', () => {
  const world = RuleWorld.withAgents();
  const name = 'project x';
  const { workspace } = world.run('human', createWorkspace, { name });
  for (const refused of [
    resolveWorkspace(world.state, agent('key_a'), workspace),
    requireRole(world.state, agent('key_a'), workspace, 'viewer'),
  ]) {
    expect(refused).toMatchObject({ code: 'not_found', details: { workspace } });
    expect(`${JSON.stringify(refused)} ${refused instanceof Error ? refused.message : ''}`).not.toContain(name);
  }
});

test('[WS2] an update logs what changes, and nothing when nothing does', () => {
  const world = RuleWorld.withAgents();
  world.run('human', updateWorkspace, { workspace: 'wsp_1', name: 'default', quotaBytes: 500 });
  expect(world.log.at(-1)).toMatchObject({ type: 'workspace.updated', quotaBytes: 500 });
  expect(world.log.at(-1)).not.toHaveProperty('name');
  const { seq } = world.state;
  world.run('human', updateWorkspace, { workspace: 'wsp_1', quotaBytes: 500 });
  expect(world.state.seq).toBe(seq);
  expect(world.refusal('key_a', updateWorkspace, { workspace: 'wsp_1', name: 'x' }).code).toBe('forbidden');
});

test('[WS4] an agent cannot leave a workspace without an owner; a person can', () => {
  const world = RuleWorld.withAgents();
  const { workspace } = world.run('key_a', createWorkspace, { name: 'mine' });
  expect(world.refusal('key_a', removeMember, { workspace, keyId: 'key_a' }).code).toBe('conflict');
  expect(world.refusal('key_a', setMember, { workspace, keyId: 'key_a', role: 'editor' }).code).toBe('conflict');
  world.run('key_a', setMember, { workspace, keyId: 'key_b', role: 'owner' });
  world.run('key_a', removeMember, { workspace, keyId: 'key_a' });
  world.run('human', removeMember, { workspace, keyId: 'key_b' });
  expect(world.state.workspaces.get(workspace)?.roles).toEqual({});
  expect(world.refusal('human', removeMember, { workspace, keyId: 'key_b' }).code).toBe('not_found');
  expect(world.refusal('human', setMember, { workspace, keyId: 'key_z', role: 'owner' }).code).toBe('not_found');
});

test('[SE1] a session goes from opening to ready, may be dropped and resumed, and is closed once', () => {
  const world = RuleWorld.withAgents();
  const { sessionId } = world.run('key_a', openSession, { wire: 'sse', keyId: 'key_a', remote: '127.0.0.1:5' });
  const status = () => world.state.sessions.get(sessionId)?.status;
  expect(status()).toBe('opening');
  const hello = { sessionId, protocolVersion: '2025-06-18', clientName: 'c', clientVersion: '1', capabilities: [] };
  world.run('key_a', initializeSession, hello);
  expect(status()).toBe('ready');
  expect(world.refusal('key_a', initializeSession, hello).code).toBe('conflict');
  world.run('hub', dropSession, { sessionId, reason: 'socket closed' });
  expect(world.state.sessions.get(sessionId)).toMatchObject({ status: 'dropped', dropReason: 'socket closed' });
  world.run('key_a', resumeSession, { sessionId });
  expect(status()).toBe('ready');
  const traffic = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };
  world.run('hub', closeSession, { sessionId, reason: 'done', traffic });
  expect(status()).toBeUndefined();
  expect(world.refusal('key_a', resumeSession, { sessionId }).code).toBe('session_unknown');
});

test('[SE2] dropping, resuming, subscribing and closing again change nothing', () => {
  const world = RuleWorld.withAgents();
  const { sessionId } = world.run('key_a', openSession, { wire: 'sse', keyId: 'key_a', remote: 'r' });
  const uri = 'signalbox://workspaces/wsp_1/events';
  const traffic = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };
  const steps: (() => void)[] = [
    () => world.run('key_a', subscribeSession, { sessionId, uris: [uri] }),
    () => world.run('key_a', unsubscribeSession, { sessionId, uris: [uri] }),
    () => world.run('hub', dropSession, { sessionId, reason: 'x' }),
    () => world.run('key_a', resumeSession, { sessionId }),
    () => world.run('hub', closeSession, { sessionId, reason: 'x', traffic }),
  ];
  for (const step of steps) {
    const { seq } = world.state;
    step();
    step();
    expect(world.state.seq).toBe(seq + 1);
  }
});

test('[SE4] a session subscribes to at most 1,000 resources', () => {
  const world = RuleWorld.withAgents();
  const { sessionId } = world.run('key_a', openSession, { wire: 'sse', keyId: 'key_a', remote: 'r' });
  const uri = (n: number) => `signalbox://workspaces/wsp_1/files/${n}`;
  for (let n = 0; n < 1_000; n++) world.run('key_a', subscribeSession, { sessionId, uris: [uri(n)] });
  expect(world.refusal('key_a', subscribeSession, { sessionId, uris: [uri(1_000)] }).code).toBe('limit_reached');
  world.run('key_a', subscribeSession, { sessionId, uris: [uri(999)] });
  world.run('key_a', unsubscribeSession, { sessionId, uris: [uri(0)] });
  world.run('key_a', subscribeSession, { sessionId, uris: [uri(1_000)] });
});

test('[SE3] a session acts for its own key only', () => {
  const world = RuleWorld.withAgents();
  const { sessionId } = world.run('key_a', openSession, { wire: 'sse', keyId: 'key_a', remote: 'r' });
  expect(world.refusal('key_b', subscribeSession, { sessionId, uris: ['x'] }).code).toBe('session_unknown');
  const outside = { sessionId, uris: ['signalbox://workspaces/wsp_9/events'] };
  expect(world.refusal('key_a', subscribeSession, outside).code).toBe('not_found');
  expect(world.refusal('key_b', openSession, { sessionId, wire: 'sse', keyId: 'key_b', remote: 'r' }).code).toBe(
    'conflict',
  );
  world.add({ type: 'key.revoked', keyId: 'key_c' });
  expect(world.refusal('key_c', openSession, { wire: 'sse', keyId: 'key_c', remote: 'r' }).code).toBe('key_revoked');
});
