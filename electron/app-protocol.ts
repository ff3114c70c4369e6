import { protocol } from 'electron';

/** The dashboard's own origin: no file:// and no port that other pages could reach. */
export const appOrigin = 'app://signalbox';

/** Must run before the app is ready. */
export function claimAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/**
 * Answers `app://signalbox/…` from the hub's own routes (static files with their strict CSP,
 * uploads, downloads), without a socket. Any other host under the scheme is refused.
 */
export function serveApp(fetchFromHub: (request: Request) => Promise<Response>): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    if (url.host !== 'signalbox') return new Response('No such host.', { status: 404 });
    return await fetchFromHub(request);
  });
}

/** Whether a URL is the dashboard's page. Agents' files have the same origin, but another path. */
export function isAppPage(text: string): boolean {
  const url = URL.parse(text);
  // `URL` gives no origin for a custom scheme, so its parts are compared.
  return url !== null && `${url.protocol}//${url.host}` === appOrigin && /^\/?$/u.test(url.pathname);
}
