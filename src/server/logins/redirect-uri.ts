import type { ReturnKind } from '../../protocol/agent-login.ts';
import { isLoopbackName } from '../http/login-paths.ts';

/** Longest address that a client may be sent back to, in characters. */
export const MOST_REDIRECT_CHARACTERS = 1_000;

/** Schemes that lead to no app of the person's, but run or open something. */
const NEVER =
  /^(?:javascript|data|vbscript|file|blob|about|filesystem|view-source|ws|wss|ftp|ftps|mailto|tel|sms|chrome|edge|resource|jar|search-ms|ms-[\w.+-]+):/iu;

/** What kind of address it is; undefined for one that no client is sent back to. */
export function returnKindOf(uri: string): ReturnKind | undefined {
  // As it was written, and nothing that a browser reads otherwise: tabs and line breaks within, blanks, a fragment.
  if (uri.length > MOST_REDIRECT_CHARACTERS || !/^[\x21-\x7e]+$/u.test(uri) || /[#\\]/u.test(uri)) return undefined;
  if (!URL.canParse(uri) || NEVER.test(uri)) return undefined;
  const { protocol, hostname, username, password } = new URL(uri);
  if (username !== '' || password !== '') return undefined;
  if (protocol === 'http:') return isLoopbackName(hostname) ? 'loopback' : undefined;
  if (protocol === 'https:') return isLoopbackName(hostname) ? 'loopback' : 'web';
  return /^[a-z][a-z0-9+.-]*:\/\/?[^/]/iu.test(uri) ? 'app' : undefined;
}

/**
 * Whether an address is one that a client registered: the same, letter for letter, but for the port of a loopback one,
 * which a program gets from its system each time (RFC 8252, section 7.3).
 */
export function isRegistered(uri: string, registered: readonly string[]): boolean {
  return registered.includes(uri) || (isLoopback(uri) && registered.some((one) => isSameButPort(uri, one)));
}

function isLoopback(uri: string): boolean {
  return returnKindOf(uri) === 'loopback';
}

function isSameButPort(uri: string, registered: string): boolean {
  return isLoopback(registered) && withoutPort(uri) === withoutPort(registered);
}

/** As it is written, but for `:port` behind the host. */
function withoutPort(uri: string): string {
  return uri.replace(/^(https?:\/\/(?:\[::1\]|[^/:?]+)):\d+/iu, '$1');
}

/** The address with the members of an answer added to its query. */
export function withAnswer(uri: string, answer: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
