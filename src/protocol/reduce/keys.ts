import type { EventsOf } from '../events.ts';
import type { HubState } from '../state.ts';
import { timeOf } from '../time-of.ts';

/** Revoked keys stay in the state: events that they caused are shown with their names. */
export function reduceKey(state: HubState, event: EventsOf<'key'>): void {
  switch (event.type) {
    case 'key.created': {
      const { keyId: id, name, secretSha256, expiresAt, sample } = event;
      state.keys.set(id, {
        id,
        name,
        secretSha256,
        createdAt: timeOf(event),
        ...(expiresAt === undefined ? {} : { expiresAt }),
        ...(sample === undefined ? {} : { sample }),
      });
      return;
    }
    case 'key.revoked': {
      const key = state.keys.get(event.keyId);
      if (key) state.keys.set(key.id, { ...key, revokedAt: timeOf(event) });
      return;
    }
    case 'key.suspended': {
      const key = state.keys.get(event.keyId);
      if (key) state.keys.set(key.id, { ...key, suspendedAt: timeOf(event), reached: [] });
      return;
    }
    case 'key.resumed': {
      const { suspendedAt: _over, ...key } = state.keys.get(event.keyId) ?? {};
      if ('id' in key) state.keys.set(key.id, key);
      return;
    }
    default:
      event satisfies never;
  }
}
