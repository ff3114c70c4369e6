import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Origin } from '../../hub/rule.ts';

/** What the check needs of a request: one header by its lower-case name. Both `Headers` and a map fit. */
export interface HeaderSource {
  get(name: string): string | null | undefined;
}

/** Tells the person at the desk from everybody else. */
export interface PersonAuth {
  /** `{actor: {kind: 'human'}}` for a request that carries the cookie or the admin token as a bearer; else undefined. */
  identify(headers: HeaderSource): Origin | undefined;
  /** The `Set-Cookie` value that logs a browser in, or undefined when the token is not this launch's. */
  login(token: string): string | undefined;
  /** The `Set-Cookie` value that logs a browser out. */
  logout(): string;
}

const PERSON: Origin = { actor: { kind: 'human' } };

/**
 * Two strings are compared as digests, so that the time taken depends on neither's content nor length.
 * The cookie is a digest keyed by the token: it opens the dashboard and is of no use as a bearer token.
 *
 * Browsers send cookies to every port of a host, so the cookie's name carries ours: two hubs on one
 * machine do not log each other out.
 */
export function createPersonAuth(token: string, port: () => number): PersonAuth {
  const tokenDigest = digest(token);
  const cookieValue = createHmac('sha256', token).update('signalbox dashboard cookie').digest('base64url');
  const cookieDigest = digest(cookieValue);
  const cookieName = (): string => `signalbox_${port()}`;
  const attributes = 'Path=/; HttpOnly; SameSite=Strict';

  return {
    identify(headers) {
      const bearer = /^Bearer +([^ ]+) *$/iu.exec(headers.get('authorization') ?? '')?.[1];
      if (bearer !== undefined && timingSafeEqual(digest(bearer), tokenDigest)) return PERSON;
      const cookie = cookieNamed(headers.get('cookie') ?? '', cookieName());
      return cookie !== undefined && timingSafeEqual(digest(cookie), cookieDigest) ? PERSON : undefined;
    },
    login: (given) =>
      timingSafeEqual(digest(given), tokenDigest) ? `${cookieName()}=${cookieValue}; ${attributes}` : undefined,
    logout: () => `${cookieName()}=; ${attributes}; Max-Age=0`,
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookieNamed(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
