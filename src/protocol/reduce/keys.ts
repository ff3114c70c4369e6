import type { EventsOf } from '../events.ts';
import type { HubState } from '../state.ts';
import { timeOf } from '../time-of.ts';

/**
 * Revoked keys that stay in the state, the last ones. Their events are shown with their names, and so are requests that
 * still come with their secrets.
 */
export const MOST_REVOKED = 500;

/** Keys: those in use, and the last that were revoked. The log's projection has the names of all that there were. */
export function reduceKey(state: HubState, event: EventsOf<'key'>): void {
  switch (event.type) {
    case 'key.created': {
      const { keyId: id, name, secretSha256, expiresAt, sample, tools, note, connectSalt, login } = event;
      state.keys.set(id, {
        id,
        name,
        secretSha256,
        createdAt: timeOf(event),
        ...(expiresAt === undefined ? {} : { expiresAt }),
        ...(sample === undefined ? {} : { sample }),
        ...(tools === undefined ? {} : { tools }),
        ...(note === undefined ? {} : { note }),
        ...(connectSalt === undefined ? {} : { connectSalt }),
        ...(login === undefined ? {} : { login }),
      });
      return;
    }
    case 'key.revoked': {
      const { once: _once, outlived: _outlived, reached: _reached, ...key } = state.keys.get(event.keyId) ?? {};
      if (!('id' in key)) return;
      state.keys.set(key.id, { ...key, revokedAt: timeOf(event), revokedSeq: event.seq });
      const oldest = state.keys.revokedBeyond(MOST_REVOKED);
      if (oldest) forget(state, oldest.id);
      return;
    }
    case 'key.suspended': {
      const key = state.keys.get(event.keyId);
      if (!key) return;
      const byPerson = event.actor.kind === 'human' ? { suspendedByPerson: true as const } : {};
      state.keys.set(key.id, { ...key, suspendedAt: timeOf(event), ...byPerson, reached: [] });
      return;
    }
    case 'key.resumed': {
      const { suspendedAt: _over, suspendedByPerson: _person, ...key } = state.keys.get(event.keyId) ?? {};
      if ('id' in key) state.keys.set(key.id, key);
      return;
    }
    case 'key.rotated': {
      const key = state.keys.get(event.keyId);
      if (!key) return;
      const oldSecret = { sha256: key.secretSha256, until: event.graceUntil ?? timeOf(event) };
      // Who has the refresh token must not get the new secret, too.
      const login = key.login && { login: { client: key.login.client } };
      state.keys.set(key.id, { ...key, secretSha256: event.secretSha256, oldSecret, ...login });
      return;
    }
    case 'key.refreshed': {
      const key = state.keys.get(event.keyId);
      if (!key?.login) return;
      const { secretSha256, refreshSha256, graceUntil: until } = event;
      const oldSecret = { sha256: key.secretSha256, until };
      state.keys.set(key.id, { ...key, secretSha256, oldSecret, login: { ...key.login, refreshSha256 } });
      return;
    }
    case 'key.updated': {
      const { note: noteBefore, expiresAt: endBefore, news: newsBefore, ...key } = state.keys.get(event.keyId) ?? {};
      if (!('id' in key)) return;
      const note = event.note ?? noteBefore;
      const expiresAt = event.expiresAt === undefined ? endBefore : event.expiresAt;
      const isSilent = event.news === undefined ? newsBefore === false : !event.news;
      state.keys.set(key.id, {
        ...key,
        ...(note === undefined || note === '' ? {} : { note }),
        ...(expiresAt === undefined || expiresAt === null ? {} : { expiresAt }),
        ...(isSilent ? { news: false as const } : {}),
      });
      return;
    }
    case 'key.tools_set': {
      const key = state.keys.get(event.keyId);
      if (key) state.keys.set(key.id, { ...key, tools: event.tools });
      return;
    }
    case 'key.used': {
      const key = state.keys.get(event.keyId);
      const { remote: from, userAgent } = event;
      const lastUse = { at: timeOf(event), from, ...(userAgent === undefined ? {} : { userAgent }) };
      if (key) state.keys.set(key.id, { ...key, lastUse });
      return;
    }
    default:
      event satisfies never;
  }
}

/** Takes a key out of the state, and out of the workspaces in which it had a role. */
function forget(state: HubState, keyId: string): void {
  state.keys.delete(keyId);
  for (const workspace of state.workspaces.of(keyId)) {
    const { [keyId]: _gone, ...roles } = workspace.roles;
    state.workspaces.set(workspace.id, { ...workspace, roles });
  }
}
