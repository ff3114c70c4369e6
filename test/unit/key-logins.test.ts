import { expect, test } from 'vitest';
import { authenticate } from '../../src/hub/permission.ts';
import { rotateKey, suspendKey, updateKey } from '../../src/hub/rules/key-changes.ts';
import { endLogin, REFRESH_GRACE_MS, refreshKey } from '../../src/hub/rules/key-logins.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { acquireLock } from '../../src/hub/rules/locks.ts';
import { eventParts } from '../../src/protocol/words/event-parts.ts';
import { RuleWorld } from '../support/rule-world.ts';

const login = { client: 'Codex', refreshSha256: 'r1' };

function worldWithLogin(): { readonly world: RuleWorld; readonly keyId: string } {
  const world = RuleWorld.withAgents();
  const roles = { wsp_1: 'editor' } as const;
  const { keyId } = world.run('human', createKey, { name: 'codex', secretSha256: 's1', roles, login });
  return { world, keyId };
}

const refresh = (keyId: string, shownSha256: string, n = 2) => ({
  keyId,
  shownSha256,
  secretSha256: `s${n}`,
  refreshSha256: `r${n}`,
});

test('[KY50] a key says that it came by a login and of which client, and so does its event', () => {
  const { world, keyId } = worldWithLogin();
  expect(world.state.keys.get(keyId)?.login).toEqual(login);
  const created = world.log.find((event) => event.type === 'key.created' && event.keyId === keyId);
  expect(JSON.stringify(created && eventParts(created))).toContain('for the login of ');
  expect(world.refusal('key_a', createKey, { name: 'x', secretSha256: 's', roles: {}, login }).code).toBe('forbidden');
});

test('[KY51] a refresh gives a new secret and a new token; the secret before has its minute', () => {
  const { world, keyId } = worldWithLogin();
  expect(world.run(keyId, refreshKey, refresh(keyId, 'r1'))).toEqual({ kind: 'refreshed', expiresAt: undefined });
  expect(world.state.keys.get(keyId)).toMatchObject({
    secretSha256: 's2',
    oldSecret: { sha256: 's1', until: world.now + REFRESH_GRACE_MS },
    login: { client: 'Codex', refreshSha256: 'r2' },
  });
  expect(authenticate(world.state, 's1', world.now)).toMatchObject({ name: 'codex' });
  world.now += REFRESH_GRACE_MS;
  expect(authenticate(world.state, 's1', world.now)).toMatchObject({ code: 'key_expired' });
  expect(authenticate(world.state, 's2', world.now)).toMatchObject({ name: 'codex' });
});

test('[KY52] a refresh token that was used before revokes the key and frees its locks', () => {
  const { world, keyId } = worldWithLogin();
  world.run(keyId, acquireLock, { workspace: 'wsp_1', path: 'plan.md', ttlMs: 60_000, waitMs: 0 });
  world.run(keyId, refreshKey, refresh(keyId, 'r1'));
  const { seq } = world.state;
  expect(world.run(keyId, refreshKey, refresh(keyId, 'r1', 3))).toEqual({ kind: 'replayed' });
  expect(world.typesSince(seq)).toEqual(['lock.released', 'key.revoked']);
  expect(authenticate(world.state, 's2', world.now)).toMatchObject({ code: 'key_revoked' });
  expect(world.refusal(keyId, refreshKey, refresh(keyId, 'r2', 4)).code).toBe('key_revoked');
});

test('[KY53] keys that are suspended, expired, given another secret or made otherwise are not refreshed', () => {
  const { world, keyId } = worldWithLogin();
  const codeNow = (): string => world.refusal(keyId, refreshKey, refresh(keyId, 'r1')).code;
  expect(world.refusal('key_a', refreshKey, refresh('key_a', 'r1')).code).toBe('key_revoked');
  expect(world.refusal('key_a', refreshKey, refresh('key_none', 'r1')).code).toBe('key_revoked');
  const { world: suspended, keyId: id } = worldWithLogin();
  suspended.run('human', suspendKey, { keyId: id });
  expect(suspended.refusal(id, refreshKey, refresh(id, 'r1')).code).toBe('key_suspended');
  world.run('human', updateKey, { keyId, expiresAt: world.now + 1 });
  world.now += 1;
  expect(codeNow()).toBe('key_expired');
  world.run('human', updateKey, { keyId, expiresAt: null });
  world.run('human', rotateKey, { keyId, secretSha256: 's9', graceMs: 0 });
  expect(codeNow()).toBe('key_revoked');
  expect(world.state.keys.get(keyId)?.login).toEqual({ client: 'Codex' });
});

test('[KY54] a client ends its own login once, and no key that did not come by one', () => {
  const { world, keyId } = worldWithLogin();
  const { seq } = world.state;
  world.run('key_a', endLogin, { keyId: 'key_a', reason: 'Its client logged out.' });
  world.run('key_a', endLogin, { keyId: 'key_none', reason: 'Its client logged out.' });
  expect(world.typesSince(seq)).toEqual([]);
  world.run(keyId, endLogin, { keyId, reason: 'Its client logged out.' });
  world.run(keyId, endLogin, { keyId, reason: 'Its client logged out.' });
  expect(world.typesSince(seq)).toEqual(['key.revoked']);
});
