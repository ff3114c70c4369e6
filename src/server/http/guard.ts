import { HubError } from '../../protocol/errors.ts';
import { shortened } from '../shortened.ts';

/** Characters of a refused `Host` or `Origin` that the refusal repeats. */
const MOST_REPEATED_CHARACTERS = 200;

/** Which requests a server at one address serves. */
export interface GuardOptions {
  /** The port that it listens on. */
  readonly port: number;
  /** The address that it was bound to, when that is not the loopback one. */
  readonly host: string;
  /**
   * More values of `Host` to take, `name` (any port) or `name:port`, with the origins of pages there; or a whole
   * origin, as `chrome-extension://id`.
   */
  readonly allowedHosts: readonly string[];
  /** Whether the hub speaks TLS itself. Default: it does not. */
  readonly isSecure?: boolean;
  /** Origin of the public address, if there is one: its name is allowed with this scheme only. */
  readonly publicOrigin?: string | undefined;
}

export interface Guard {
  /** Refuses a request without `Host`, or whose `Host` is not ours (DNS rebinding) or whose `Origin` is another site's. */
  check(headers: { readonly host?: string | undefined; readonly origin?: string | undefined }): HubError | undefined;
  /** Whether a value of `Host` is one that was allowed besides the machine's own: a proxy may stand before it. */
  allows(host: string): boolean;
}

/**
 * The first check of every route, before authentication: a page of another site in the person's browser
 * must not reach the hub, neither from its own origin nor by a name that it made resolve to this machine.
 *
 * `Host` must be a name of this machine's own; its port may be another, as behind a tunnel or a
 * forwarded port. `Origin` must be the hub's own or that of `Host`: a page of another port is another site's, and so
 * is one of another scheme than the hub's own. A proxy with TLS may stand before the names that were allowed, so at
 * those `https:` is taken too, and at the public address its scheme alone.
 */
export function createGuard(options: GuardOptions): Guard {
  const { port, host, allowedHosts, isSecure: speaksTls = false, publicOrigin } = options;
  const publicAuthority = publicOrigin === undefined ? undefined : new URL(publicOrigin).host;
  const names = new Set(['127.0.0.1', 'localhost', '[::1]']);
  if (host !== '0.0.0.0' && host !== '::' && host !== '') names.add(host.includes(':') ? `[${host}]` : host);
  const authorities = new Set<string>();
  const allowed = new Set(allowedHosts.map((one) => one.toLowerCase()));
  for (const name of allowed) {
    if (/:\d+$/u.test(name)) authorities.add(name);
    else names.add(name);
  }
  const takesHost = (authority: string): boolean => authorities.has(authority) || names.has(withoutPort(authority));
  const isAllowed = (authority: string): boolean => allowed.has(authority) || allowed.has(withoutPort(authority));
  const takesOrigin = (authority: string, ownHost: string, isSecure: boolean): boolean => {
    if (isSecure !== speaksTls && !(isSecure && isAllowed(authority))) return false;
    if (authority === withPort(ownHost, isSecure ? 443 : 80) || authorities.has(authority)) return true;
    const name = withoutPort(authority);
    return names.has(name) && (authority === `${name}:${port}` || allowed.has(name));
  };

  let taken: string | undefined;
  return {
    allows: (authority) => isAllowed(authority.toLowerCase()),
    check({ host: given, origin }) {
      if (origin === undefined && given !== undefined && given === taken) return undefined; // as most times
      const ownHost = given?.toLowerCase();
      if (ownHost === undefined) {
        return new HubError('bad_request', `The Host header is missing; send "Host: 127.0.0.1:${port}".`);
      }
      if (!takesHost(ownHost)) {
        return new HubError(
          'host_refused',
          `The Host header ${JSON.stringify(shortened(given ?? '', MOST_REPEATED_CHARACTERS))} is not an address of this hub; ` +
            `connect to ${speaksTls ? 'https' : 'http'}://127.0.0.1:${port}, or start the hub with this name among its allowed hosts.`,
        );
      }
      taken = given;
      if (origin === undefined || allowed.has(origin.toLowerCase())) return undefined;
      const [, scheme, authority] = /^(https?):\/\/([^/]+)$/u.exec(origin.toLowerCase()) ?? [];
      const isSecure = scheme === 'https';
      const isPublic = authority !== undefined && authority === publicAuthority;
      if (isPublic && origin.toLowerCase() === publicOrigin) return undefined;
      if (
        authority !== undefined &&
        !isPublic &&
        takesOrigin(withPort(authority, isSecure ? 443 : 80), ownHost, isSecure)
      ) {
        return undefined;
      }
      return new HubError(
        'origin_refused',
        `Pages of ${JSON.stringify(shortened(origin, MOST_REPEATED_CHARACTERS))} may not talk to this hub; ` +
          'call it from a program, or start the hub with this origin among its allowed hosts: serve --allow-host ORIGIN.',
      );
    },
  };
}

function withoutPort(authority: string): string {
  return authority.replace(/:\d+$/u, '');
}

/** Browsers leave out a scheme's own port. */
function withPort(authority: string, schemePort: number): string {
  return /:\d+$/u.test(authority) ? authority : `${authority}:${schemePort}`;
}
