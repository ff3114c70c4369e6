import { HubError } from '../protocol/errors.ts';

/** What a server at one address lets in. */
export interface GuardOptions {
  /** The port that it listens on. */
  readonly port: number;
  /** The address that it was bound to, when that is not the loopback one. */
  readonly host: string;
  /** More values of `Host` to take, `name` (any port) or `name:port`. */
  readonly allowedHosts: readonly string[];
}

export interface Guard {
  /** Refuses a request whose `Host` is not ours (DNS rebinding) or whose `Origin` is another site's. */
  check(headers: { readonly host?: string | undefined; readonly origin?: string | undefined }): HubError | undefined;
}

/**
 * The first check of every route, before authentication: a page of another site that a person has open
 * must not reach the hub, neither by its own origin nor by a name that it made resolve to this machine.
 */
export function createGuard({ port, host, allowedHosts }: GuardOptions): Guard {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  if (host !== '0.0.0.0' && host !== '::' && host !== '') names.push(host.includes(':') ? `[${host}]` : host);
  const hosts = new Set<string>();
  for (const name of names) {
    hosts.add(`${name}:${port}`);
    if (port === 80) hosts.add(name);
  }
  const anyPort = new Set<string>();
  for (const allowed of allowedHosts) {
    const name = allowed.toLowerCase();
    if (/:\d+$/u.test(name)) hosts.add(name);
    else anyPort.add(name);
  }
  const takes = (value: string): boolean => {
    const name = value.toLowerCase();
    return hosts.has(name) || anyPort.has(name.replace(/:\d+$/u, ''));
  };

  return {
    check({ host: given, origin }) {
      if (given === undefined || !takes(given)) {
        return new HubError(
          'host_refused',
          `The Host header ${JSON.stringify(given ?? '')} is not an address of this hub; ` +
            `connect to http://127.0.0.1:${port}, or start the hub with this name among its allowed hosts.`,
        );
      }
      if (origin === undefined) return undefined;
      const authority = /^https?:\/\/([^/]+)$/u.exec(origin)?.[1];
      if (authority !== undefined && takes(withPort(authority, origin))) return undefined;
      return new HubError(
        'origin_refused',
        `Pages of ${JSON.stringify(origin)} may not talk to this hub; ` +
          'call it from a program, or start the hub with this origin among its allowed hosts.',
      );
    },
  };
}

/** Browsers leave out a scheme's own port in `Origin`. */
function withPort(authority: string, origin: string): string {
  return authority.includes(':') && !authority.endsWith(']')
    ? authority
    : `${authority}:${origin.startsWith('https:') ? 443 : 80}`;
}
