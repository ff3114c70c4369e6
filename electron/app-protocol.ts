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

/** Whether a URL is a page of the dashboard. */
export function isAppUrl(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`);
}
