import type { ClientOffer } from './client-offers.ts';
import type { KeyState, SessionState } from './state.ts';

/** Whether the hub has seen a client connect. */
export type ClientSeen =
  | { readonly kind: 'now'; readonly session: SessionState }
  | { readonly kind: 'before'; readonly at: number }
  | { readonly kind: 'never' };

/**
 * Whether a client is connected, or was: by the key of the name that its entry has, and by what it calls itself, which
 * is its own claim and good for showing only.
 *
 * @param as the name in its entry; undefined while it has none
 */
export function clientSeen(
  { names }: Pick<ClientOffer, 'names'>,
  as: string | undefined,
  { keys, sessions }: { readonly keys: Iterable<KeyState>; readonly sessions: Iterable<SessionState> },
): ClientSeen {
  const all = [...keys];
  const own = as === undefined ? undefined : all.find((key) => key.name === as && key.revokedAt === undefined);
  const isIts = (keyId: string, client: string | undefined): boolean =>
    own === undefined ? client !== undefined && isCalled(client, names) : keyId === own.id;
  const now = [...sessions].findLast(({ status, keyId, client }) => status === 'ready' && isIts(keyId, client?.name));
  if (now) return { kind: 'now', session: now };
  const at = Math.max(
    0,
    ...all.map(({ id, lastUse }) => (lastUse && isIts(id, lastUse.client?.name) ? lastUse.at : 0)),
  );
  return at === 0 ? { kind: 'never' } : { kind: 'before', at };
}

/** Whether a client's name begins with one of those. */
function isCalled(client: string, names: readonly string[]): boolean {
  const name = client.toLowerCase();
  return names.some((one) => name.startsWith(one));
}
