/** Where clients that log in connect, and where what they need for that is: nothing of it stands at the root. */
export const LOGIN_MCP = '/agent/mcp';
const ISSUER = '/agent';
const RESOURCE_METADATA = '/.well-known/oauth-protected-resource/agent/mcp';
const SERVER_METADATA = '/.well-known/oauth-authorization-server/agent';

/** The pages of a login in the person's browser. */
export const LOGIN_PAGES = '/agent/authorize/';

const PATHS = new Set([
  RESOURCE_METADATA,
  `${RESOURCE_METADATA}/`,
  SERVER_METADATA,
  '/agent/register',
  '/agent/authorize',
  '/agent/token',
  '/agent/revoke',
]);

/** Whether a path is one of the login's own, `/agent/mcp` aside. */
export function isLoginPath(path: string): boolean {
  return PATHS.has(path) || path.startsWith(LOGIN_PAGES);
}

/** Addresses of a login, for a client that reached the hub at `base`. */
export interface LoginAddresses {
  readonly issuer: string;
  readonly resource: string;
  readonly resourceMetadata: string;
}

/**
 * The addresses for a client that reached the hub at `base`, such as `http://127.0.0.1:7337`; undefined where a token
 * would pass a network in clear: beyond this machine a login needs TLS.
 */
export function loginAddresses(base: string | undefined): LoginAddresses | undefined {
  if (base === undefined || !URL.canParse(base)) return undefined;
  const { protocol, hostname, origin } = new URL(base);
  if (protocol !== 'https:' && !isLoopbackName(hostname)) return undefined;
  return {
    issuer: origin + ISSUER,
    resource: origin + LOGIN_MCP,
    resourceMetadata: origin + RESOURCE_METADATA,
  };
}

/** Whether a host of a URL is this machine itself (RFC 8252, section 7.3; `localhost` is common all the same). */
export function isLoopbackName(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(hostname);
}
