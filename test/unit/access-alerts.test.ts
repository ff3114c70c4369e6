import { expect, test } from 'vitest';
import { suspendedKeys, violatorsSince } from '../../src/dashboard/features/shell/access-alerts.ts';
import { SCOPE_VIOLATION } from '../../src/protocol/end-reasons.ts';
import { denyAccess } from '../../src/hub/rules/access.ts';
import { suspendKey } from '../../src/hub/rules/key-changes.ts';
import { resumeKey } from '../../src/hub/rules/keys.ts';
import { closeSession, openSession } from '../../src/hub/rules/sessions.ts';
import { RuleWorld } from '../support/rule-world.ts';

const traffic = { framesIn: 1, framesOut: 1, bytesIn: 1, bytesOut: 1 };

function endOne(world: RuleWorld, keyId: string, reason: string): void {
  const { sessionId } = world.run(keyId, openSession, { wire: 'sse', keyId, remote: 'r' });
  world.run('hub', closeSession, { sessionId, reason, traffic });
}

test('[BC31] the desk raises each key that subscribed outside, until that is dismissed, and each that is suspended', () => {
  const world = RuleWorld.withAgents();
  const { keys } = world.state;
  const raised = (seen = 0) => violatorsSince(keys.values(), seen).map(({ id }) => id);
  endOne(world, 'key_a', 'the client left');
  expect(raised()).toEqual([]);
  endOne(world, 'key_a', SCOPE_VIOLATION);
  const dismissed = world.state.seq;
  endOne(world, 'key_b', SCOPE_VIOLATION);
  expect(raised()).toEqual(['key_b', 'key_a']);
  expect(raised(dismissed)).toEqual(['key_b']);
  for (const asked of ['x', 'y', 'z']) world.run('key_b', denyAccess, { code: 'not_found', what: 'w', asked });
  expect(suspendedKeys(keys.values()).map(({ id }) => id)).toEqual(['key_b']);
  expect(raised()).toEqual(['key_a']);
  world.run('human', resumeKey, { keyId: 'key_b' });
  expect(suspendedKeys(keys.values())).toEqual([]);
  world.run('human', suspendKey, { keyId: 'key_a' });
  expect(suspendedKeys(keys.values())).toEqual([]); // a person did
});
