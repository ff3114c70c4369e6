import { HubError } from '../protocol/errors.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';
import type { KeyState } from '../protocol/state.ts';

/**
 * The key with this id or name. A name may be used again once its key is revoked, so it means the key
 * that is still good.
 *
 * @throws HubError `not_found`, or `conflict` naming the ids where several could be meant
 */
export function keyMeant(state: StateSnapshot, idOrName: string): KeyState {
  const byId = state.keys.find(({ id }) => id === idOrName);
  if (byId) return byId;
  const named = state.keys.filter(({ name }) => name === idOrName);
  const good = named.filter(({ revokedAt }) => revokedAt === undefined);
  const [only, another] = good.length > 0 ? good : named;
  if (!only) throw new HubError('not_found', `There is no key ${idOrName}; "signalbox keys list" shows them all.`);
  if (!another) return only;
  const ids = named.map(({ id }) => id).join(', ');
  throw new HubError('conflict', `Several keys are called ${idOrName}; give one by its id: ${ids}.`);
}
