import { protocol } from 'electron';
import { isAppHost } from './app-page.ts';

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
    if (!isAppHost(request.url)) return new Response('No such host.', { status: 404 });
    return await fetchFromHub(request);
  });
}
