import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { PERSON, type Origin } from '../../../hub/rule.ts';
import type { LoginSecret } from './login-secret.ts';

/** What the check needs of a request: one header by its lower-case name. Both `Headers` and a map fit. */
export interface HeaderSource {
  get(name: string): string | null | undefined;
}

/** How a person was authenticated. */
export type ShownBy = 'token' | 'cookie';

/** Authenticates the person at the desk. */
export interface PersonAuth {
  /** `{actor: {kind: 'human'}}` for a request that carries the cookie or the admin token as a bearer; else undefined. */
  identify(headers: HeaderSource): Origin | undefined;
  /** How {@link identify} knows the person; undefined if it does not. */
  shownBy(headers: HeaderSource): ShownBy | undefined;
  /** The `Set-Cookie` value that logs a browser in, or undefined when the token is not this launch's. */
  login(token: string, headers: HeaderSource): string | undefined;
  /** The `Set-Cookie` value that renews a browser's login; undefined without a valid cookie. */
  renew(headers: HeaderSource): string | undefined;
  /** The `Set-Cookie` value that logs a browser out. */
  logout(headers: HeaderSource): string;
  /** Invalidates all cookies. Throws if the new secret cannot be written. */
  logoutAll(): void;
}

export interface PersonOptions {
  /** The admin token of this launch. */
  readonly token: string;
  readonly secret: LoginSecret;
  readonly port: () => number;
  /** Whether a browser came over TLS: then its cookie is sent over nothing else. Default: none does. */
  readonly isSecure?: (headers: HeaderSource) => boolean;
  /** Ms since the epoch. */
  readonly now: () => number;
}

/** How long an unused login lasts, in seconds. */
const LIFE_S = 30 * 24 * 3_600;

/**
 * Strings are compared by their digests, so that the time does not depend on content or length.
 *
 * The cookie is `<end of its life>.<signature>`, signed with the data directory's secret: it is good after a
 * restart, at no other hub, and of no use as a bearer token.
 *
 * Browsers send cookies to every port of a host, so the cookie's name carries ours: two hubs on one machine
 * do not log each other out.
 */
export function createPersonAuth({ token, secret, port, now, isSecure = () => false }: PersonOptions): PersonAuth {
  const tokenDigest = digest(token);
  const cookieName = (): string => `signalbox_${port()}`;
  const attributesFor = (headers: HeaderSource): string =>
    `Path=/; HttpOnly; SameSite=Strict${isSecure(headers) ? '; Secure' : ''}`;
  const nowS = (): number => Math.floor(now() / 1_000);

  const signed = (endS: number): string => {
    const text = `signalbox dashboard cookie ${cookieName()} ${endS}`;
    return `${endS}.${createHmac('sha256', secret.value()).update(text).digest('base64url')}`;
  };
  const isGood = (cookie: string): boolean => {
    const endS = Number(/^(\d{1,12})\.[\w-]{43}$/u.exec(cookie)?.[1]);
    return endS > nowS() && timingSafeEqual(digest(cookie), digest(signed(endS)));
  };
  const fresh = (headers: HeaderSource): string =>
    `${cookieName()}=${signed(nowS() + LIFE_S)}; ${attributesFor(headers)}; Max-Age=${LIFE_S}`;

  const shownBy = (headers: HeaderSource): ShownBy | undefined => {
    const bearer = /^Bearer +([^ ]+) *$/iu.exec(headers.get('authorization') ?? '')?.[1];
    if (bearer !== undefined && timingSafeEqual(digest(bearer), tokenDigest)) return 'token';
    const cookie = cookieNamed(headers.get('cookie') ?? '', cookieName());
    return cookie !== undefined && isGood(cookie) ? 'cookie' : undefined;
  };

  return {
    identify: (headers) => (shownBy(headers) ? PERSON : undefined),
    shownBy,
    login: (given, headers) => (timingSafeEqual(digest(given), tokenDigest) ? fresh(headers) : undefined),
    renew: (headers) => (shownBy(headers) === 'cookie' ? fresh(headers) : undefined),
    logout: (headers) => `${cookieName()}=; ${attributesFor(headers)}; Max-Age=0`,
    logoutAll: () => secret.replace(),
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
