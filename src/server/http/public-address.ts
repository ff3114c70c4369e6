import type { IncomingMessage } from 'node:http';
import { HubError } from '../../protocol/errors.ts';
import type { Guard } from './guard.ts';
import { isSecure as cameSecurely } from './is-secure.ts';

/**
 * Checks the address under which agents reach the hub from outside.
 *
 * @returns its origin, such as `https://hub.example`
 * @throws HubError `invalid_argument` for what is no such address
 */
export function publicOrigin(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url && isWeb && `${url.origin}/` === url.href) return url.origin;
  throw new HubError(
    'invalid_argument',
    `The public URL ${JSON.stringify(given.slice(0, 200))} must be an address like https://hub.example, without a path, a query or a user.`,
  );
}

/** The names that are allowed in `Host` and `Origin`, that of the public address among them. */
export function allowedNames(names: readonly string[], origin: string | undefined): readonly string[] {
  return origin === undefined ? names : [...names, new URL(origin).host];
}

/**
 * The address of the hub for a client, to which the rest of a link is added: the public one if there is one. Else the
 * name by which the client came, because from another machine the hub's own address leads nowhere; `https:` where a
 * proxy at an allowed name says that the client came to it over TLS, as over `http:` its key would be readable.
 */
export function addressFor(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  { origin, guard }: { readonly origin: string | undefined; readonly guard: () => Guard },
): string | undefined {
  const { host, 'x-forwarded-proto': forwarded } = request.headers;
  if (origin !== undefined || host === undefined) return origin;
  if (cameSecurely(request)) return `https://${host}`;
  if (forwarded === undefined) return `http://${host}`;
  return `${isForwardedTls(host, String(forwarded), guard()) ? 'https' : 'http'}://${host}`;
}

/**
 * Whether a proxy at an allowed name says that the client came to it over TLS.
 *
 * @param forwarded `X-Forwarded-Proto`
 */
export function isForwardedTls(
  host: string | null | undefined,
  forwarded: string | null | undefined,
  guard: Pick<Guard, 'allows'>,
): boolean {
  // Each proxy adds its own: the first is the one that the client talked to.
  return host != null && /^\s*https\s*(?:,|$)/iu.test(forwarded ?? '') && guard.allows(host);
}

/** Whether a value of `Host` is that of a public address with TLS. */
export function isSecureName(host: string | null | undefined, origin: string | undefined): boolean {
  const named = `https://${host}`;
  return host != null && URL.canParse(named) && new URL(named).origin === origin;
}
