import type { KeyState, SessionState } from '../../protocol/state.ts';
import type { RefusedConnection } from '../../protocol/refused-connection.ts';

/** An older try is not one that the person waits for now. */
const RECENT_MS = 10 * 60_000;

/** A refused connection for people. */
export interface RefusedWords {
  /** Who tried: the client by its own name, as far as it has one. */
  readonly who: string;
  /** What was wrong, to follow that name: "sent a key that this hub does not know, ending in …T5". */
  readonly what: string;
  readonly todo: string;
  /** Whether another key is what helps. */
  readonly needsKey: boolean;
}

/** @param keyName the name of a key, by its id */
export function refusedWords(one: RefusedConnection, keyName: (keyId: string) => string): RefusedWords {
  return { who: clientOfUserAgent(one.client), ...wrong(one, keyName) };
}

/** The header or the address that would do, to be copied; undefined where that is not known. */
export function whatToSend({ code, key }: RefusedConnection, url: string): string | undefined {
  if (code === 'not_found') return `${url}/mcp`;
  return code === 'unauthorized' && key.kind !== 'unknown' ? 'Authorization: Bearer sbx_…' : undefined;
}

/**
 * What the person can do for a client with one click: a key of ours that is suspended or has expired is let in again.
 * Nothing else is, as an address and a name are only what a client says; for a wrong key there is another one.
 */
export function whatLetsIn(
  one: RefusedConnection,
  keys: ReadonlyMap<string, Pick<KeyState, 'expiresAt' | 'suspendedAt' | 'revokedAt'>>,
  now: number,
): { readonly kind: 'resume' | 'extend'; readonly keyId: string } | { readonly kind: 'give_key' } | undefined {
  const { code, key: sent } = one;
  if (sent.kind === 'known') {
    const { keyId } = sent;
    const key = keys.get(keyId);
    const isGood = key !== undefined && key.revokedAt === undefined;
    if (isGood && code === 'key_suspended' && key.suspendedAt !== undefined) return { kind: 'resume', keyId };
    if (isGood && code === 'key_expired' && (key.expiresAt ?? Infinity) <= now) return { kind: 'extend', keyId };
  }
  if (isToLogIn(one)) return undefined;
  return ['unauthorized', 'key_revoked', 'key_expired'].includes(code) ? { kind: 'give_key' } : undefined;
}

/**
 * Whether a person should look at it: clients go on by themselves after a 405 or 406, as those that fall back to SSE,
 * and where they log in they do that next.
 */
export function needsPerson(one: Pick<RefusedConnection, 'code' | 'request'>): boolean {
  return one.code !== 'bad_request' && one.code !== 'unsupported_media_type' && !isToLogIn(one);
}

/** Whether it was refused for want of a login, at the address of those. */
function isToLogIn({ code, request }: Pick<RefusedConnection, 'code' | 'request'>): boolean {
  return /^\S+ \/agent\/mcp\/?$/u.test(request) && ['unauthorized', 'key_revoked', 'key_expired'].includes(code);
}

/** What decides which refused connections are shown above the agents. */
export interface RefusedShown {
  readonly now: number;
  readonly launchId: string;
  /** What {@link refusedId} makes of those that were dismissed. */
  readonly seen: ReadonlySet<string>;
  readonly sessions: readonly Pick<SessionState, 'userAgent' | 'remote' | 'openedAt'>[];
}

/** Those of the last minutes that need a person, were not dismissed, and did not get in since. */
export function recentRefused(
  refused: readonly RefusedConnection[],
  { now, launchId, seen, sessions }: RefusedShown,
): readonly RefusedConnection[] {
  return refused.filter(
    (one) =>
      needsPerson(one) &&
      one.lastAt > now - RECENT_MS &&
      !seen.has(refusedId(launchId, one)) &&
      !sessions.some((session) => isOf(session, one)),
  );
}

/** Whether the client that was refused has opened the session since: what was wrong with it has been mended. */
function isOf({ userAgent, remote, openedAt }: RefusedShown['sessions'][number], one: RefusedConnection): boolean {
  return (
    openedAt > one.lastAt && userAgent !== undefined && userAgent === one.client && addressOf(remote) === one.address
  );
}

/** An address without its port: `127.0.0.1:50122`, `::1:50122`, or `[2001:db8::1]`, which has none. */
function addressOf(remote: string): string {
  return remote.startsWith('[') ? remote.slice(1, -1) : remote.replace(/:\d+$/u, '');
}

/** Of one in all launches of the hub: each numbers its own. */
export function refusedId(launchId: string, { id }: Pick<RefusedConnection, 'id'>): string {
  return `${launchId} ${id}`;
}

/** `claude-code/2.4.1`, `node`, or that it is a browser. */
export function clientOfUserAgent(userAgent = ''): string {
  if (userAgent.startsWith('Mozilla/')) return 'A browser';
  return userAgent.split(' ', 1)[0] || 'A program without a name';
}

function wrong(one: RefusedConnection, keyName: (keyId: string) => string): Omit<RefusedWords, 'who'> {
  const { code, key, request, message, status } = one;
  if (isToLogIn(one)) {
    return {
      what: key.kind === 'none' ? 'has not logged in' : 'sent a login that is over',
      todo: 'It opens a page to log in by itself, or when you tell it to. Then it waits here for you.',
      needsKey: false,
    };
  }
  const its = key.kind === 'known' ? `the key of ${keyName(key.keyId)}${endOf(key.end)}` : 'its key';
  switch (code) {
    case 'unauthorized':
      return { ...wrongKey(key), needsKey: true };
    case 'key_revoked':
      return { what: `sent ${its}, which is revoked`, todo: 'Give it a new one.', needsKey: true };
    case 'key_expired':
      return { what: `sent ${its}, which has expired`, todo: 'Give it a new one.', needsKey: true };
    case 'key_suspended':
      return { what: `sent ${its}, which is suspended`, todo: 'Resume it under Keys if all is well.', needsKey: false };
    case 'session_unknown':
      return {
        what: 'asks again and again for a session that is over',
        todo: 'It should begin anew by itself, with initialize. Restart it.',
        needsKey: false,
      };
    case 'origin_refused':
      return { what: 'is a page of another site', todo: message, needsKey: false };
    case 'host_refused':
      return { what: 'asked for another host', todo: message, needsKey: false };
    case 'not_found':
      return {
        what: `asked for ${request}, where nothing is`,
        todo: 'In its configuration, the address ends in /mcp or in /sse.',
        needsKey: false,
      };
    default:
      return { what: `asked for ${request} and got ${status}`, todo: message, needsKey: false };
  }
}

function wrongKey(key: RefusedConnection['key']): { readonly what: string; readonly todo: string } {
  switch (key.kind) {
    case 'none':
      return { what: 'sent no key', todo: 'Its configuration needs the header Authorization: Bearer and the key.' };
    case 'malformed':
      return {
        what: 'sent an Authorization header of another form',
        todo: 'It has to be the word Bearer, a space, and the key.',
      };
    case 'unfilled':
      return {
        what: 'sent a placeholder instead of a key',
        todo: 'Put the key in its place, or set the variable that it names where the client starts.',
      };
    case 'unknown':
    case 'known':
      return {
        what: `sent a key that this hub does not know${endOf(key.end)}`,
        todo: 'Copy the whole key once more. If you do not have it any more, create a new one.',
      };
    default:
      return key satisfies never;
  }
}

function endOf(end: string | undefined): string {
  return end === undefined ? '' : `, ending in …${end}`;
}
