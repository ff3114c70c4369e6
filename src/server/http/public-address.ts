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
  // Each proxy adds its own: the first is the one that the client talked to.
  const isSecure = /^\s*https\s*(?:,|$)/iu.test(String(forwarded)) && guard().allows(host);
  return `${isSecure ? 'https' : 'http'}://${host}`;
}
