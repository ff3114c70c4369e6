import { expect, test } from 'vitest';
import { authenticate } from '../../src/hub/permission.ts';
import { createKey, resumeKey, revokeKey } from '../../src/hub/rules/keys.ts';
import { MOST_GRACE_MS, rotateKey, setKeyTools, suspendKey, updateKey } from '../../src/hub/rules/key-changes.ts';
import { eventParts } from '../../src/protocol/words/event-parts.ts';
import { RuleWorld } from '../support/rule-world.ts';

const HOUR = 3_600_000;

function worldWithKey(): { readonly world: RuleWorld; readonly keyId: string } {
  const world = RuleWorld.withAgents();
  const { keyId } = world.run('human', createKey, { name: 'planner', secretSha256: 'one', roles: {} });
  return { world, keyId };
}

const codeOf = (world: RuleWorld, sha256: string): string => {
  const found = authenticate(world.state, sha256, world.now);
  return 'code' in found ? found.code : found.name;
};

test('[KY30] after a rotation the old secret is good for its grace time, and then says that there is a new one', () => {
  const { world, keyId } = worldWithKey();
  const { graceUntil } = world.run('human', rotateKey, { keyId, secretSha256: 'two', graceMs: HOUR });
  expect(graceUntil).toBe(world.now + HOUR);
  expect([codeOf(world, 'one'), codeOf(world, 'two')]).toEqual(['planner', 'planner']);
  world.now += HOUR - 1;
  expect(codeOf(world, 'one')).toBe('planner');
  world.now += 1;
  expect([codeOf(world, 'one'), codeOf(world, 'two')]).toEqual(['key_expired', 'planner']);
  expect(authenticate(world.state, 'one', world.now)).toMatchObject({ message: /given a new secret.*new one/su });
});

test('[KY30] a key has two secrets at most: another rotation ends the oldest at once, and so does one without a grace time', () => {
  const { world, keyId } = worldWithKey();
  world.run('human', rotateKey, { keyId, secretSha256: 'two', graceMs: HOUR });
  world.run('human', rotateKey, { keyId, secretSha256: 'three', graceMs: HOUR });
  expect(['one', 'two', 'three'].map((sha256) => codeOf(world, sha256))).toEqual([
    'unauthorized',
    'planner',
    'planner',
  ]);
  world.run('human', rotateKey, { keyId, secretSha256: 'four', graceMs: 0 });
  expect(['three', 'four'].map((sha256) => codeOf(world, sha256))).toEqual(['key_expired', 'planner']);
});

test('[KY31] a grace time is bounded, and revoked, expired and unknown keys are not rotated', () => {
  const { world, keyId } = worldWithKey();
  const rotate = { keyId, secretSha256: 'two', graceMs: MOST_GRACE_MS + 1 };
  expect(world.refusal('human', rotateKey, rotate).code).toBe('invalid_argument');
  expect(world.refusal('human', rotateKey, { ...rotate, graceMs: -1 }).code).toBe('invalid_argument');
  expect(world.refusal('key_a', rotateKey, { ...rotate, graceMs: 0 }).code).toBe('forbidden');
  expect(world.refusal('human', rotateKey, { ...rotate, keyId: 'key_x', graceMs: 0 }).code).toBe('not_found');
  world.run('human', updateKey, { keyId, expiresAt: world.now + HOUR });
  world.now += HOUR;
  expect(world.refusal('human', rotateKey, { ...rotate, graceMs: 0 })).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('later expiry'),
  });
  world.run('human', revokeKey, { keyId });
  expect(world.refusal('human', rotateKey, { ...rotate, graceMs: 0 }).code).toBe('conflict');
  expect(codeOf(world, 'one')).toBe('key_revoked');
});

test('[KY30] revoking a key ends both of its secrets', () => {
  const { world, keyId } = worldWithKey();
  world.run('human', rotateKey, { keyId, secretSha256: 'two', graceMs: HOUR });
  world.run('human', revokeKey, { keyId });
  expect([codeOf(world, 'one'), codeOf(world, 'two')]).toEqual(['key_revoked', 'key_revoked']);
});

test('[KY32] a note and an expiry can be changed and taken away; what does not change logs nothing', () => {
  const { world, keyId } = worldWithKey();
  const end = world.now + HOUR;
  world.run('human', updateKey, { keyId, note: ' for the nightly run ', expiresAt: end });
  expect(world.state.keys.get(keyId)).toMatchObject({ note: 'for the nightly run', expiresAt: end });
  const length = world.log.length;
  world.run('human', updateKey, { keyId, note: 'for the nightly run', expiresAt: end });
  expect(world.log).toHaveLength(length);
  world.run('human', updateKey, { keyId, note: '', expiresAt: null });
  expect(world.state.keys.get(keyId)).not.toHaveProperty('note');
  expect(world.state.keys.get(keyId)).not.toHaveProperty('expiresAt');
  expect(world.refusal('human', updateKey, { keyId, expiresAt: world.now }).code).toBe('invalid_argument');
  expect(world.refusal('key_a', updateKey, { keyId, note: 'mine' }).code).toBe('forbidden');
});

test('[KY33] a person suspends a key and resumes it; the key hears that a person did', () => {
  const { world, keyId } = worldWithKey();
  world.run('human', suspendKey, { keyId, reason: 'looks odd' });
  world.run('human', suspendKey, { keyId });
  expect(world.log.filter(({ type }) => type === 'key.suspended')).toHaveLength(1);
  const last = world.log.at(-1);
  expect(last && eventParts(last)).toEqual(expect.arrayContaining([': looks odd']));
  expect(authenticate(world.state, 'one', world.now)).toMatchObject({
    code: 'key_suspended',
    message: expect.stringContaining('The person at the desk has suspended this key'),
  });
  world.run('human', resumeKey, { keyId });
  expect(codeOf(world, 'one')).toBe('planner');
  expect(world.state.keys.get(keyId)).not.toHaveProperty('suspendedByPerson');
  expect(world.refusal('key_a', suspendKey, { keyId }).code).toBe('forbidden');
});

test('[TP6] only people choose the tools of a key, and the same choice again logs nothing', () => {
  const { world, keyId } = worldWithKey();
  const tools = { set: 'default' as const, also: ['file_stat'] };
  expect(world.refusal('key_a', setKeyTools, { keyId: 'key_a', tools }).code).toBe('forbidden');
  world.run('human', setKeyTools, { keyId, tools });
  world.run('human', setKeyTools, { keyId, tools: { ...tools, without: [] } });
  expect(world.log.filter(({ type }) => type === 'key.tools_set')).toHaveLength(1);
  expect(world.state.keys.get(keyId)?.tools).toEqual(tools);
  world.run('human', revokeKey, { keyId });
  expect(world.refusal('human', setKeyTools, { keyId, tools: { set: 'all' } }).code).toBe('conflict');
});

test('[NW9] only people turn news on results off for a key; what does not change logs nothing', () => {
  const { world, keyId } = worldWithKey();
  const isOff = () => world.state.keys.get(keyId)?.news === false;
  const length = world.log.length;
  world.run('human', updateKey, { keyId, news: true });
  expect(world.log).toHaveLength(length);
  world.run('human', updateKey, { keyId, news: false });
  world.run('human', updateKey, { keyId, note: 'for the nightly run' });
  expect(isOff()).toBe(true);
  const words = (event = world.log.at(-2)) => (event ? eventParts(event).map(String).join('') : '');
  expect(words()).toContain('turned news on results off');
  world.run('human', updateKey, { keyId, news: true });
  expect(isOff()).toBe(false);
  expect(world.refusal('key_a', updateKey, { keyId, news: false }).code).toBe('forbidden');
});
