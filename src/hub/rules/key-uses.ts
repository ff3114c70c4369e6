import type { Rule } from '../rule.ts';

/** How often at most a use without a session is logged of one key, in ms; from one address. */
const BETWEEN_MS = 60_000;
const FROM_ONE_ADDRESS_MS = 60 * 60_000;

export interface UseKey {
  /** Where the request came from, as sessions have it. */
  readonly remote: string;
  readonly userAgent?: string | undefined;
}

/**
 * Notes that an agent used its key without a session, for a file or an upload: such requests leave no other trace
 * where they only read. Logs nothing while the key's last use is from the same address and not long ago.
 */
export const useKey: Rule<UseKey, void> = (state, { remote, userAgent }, { actor, now }) => {
  const key = actor.kind === 'agent' ? state.keys.get(actor.key) : undefined;
  const { at, from } = key?.lastUse ?? {};
  const since = at === undefined ? Number.POSITIVE_INFINITY : now - at;
  const isNoted = since < BETWEEN_MS || (since < FROM_ONE_ADDRESS_MS && addressOf(from ?? '') === addressOf(remote));
  if (!key || isNoted) return { events: [], answer: () => undefined };
  const agent = userAgent === undefined ? {} : { userAgent };
  return { events: [{ type: 'key.used', keyId: key.id, remote, ...agent }], answer: () => undefined };
};

/** An address without its port, as each connection has another one. */
function addressOf(remote: string): string {
  return remote.replace(/:\d+$/u, '');
}
