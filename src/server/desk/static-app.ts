import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';

/**
 * The dashboard may load and talk to nothing but its own origin, and may run nothing of that but its
 * build: files that agents wrote are served on the same origin, and must never be scripts of the page.
 * Styles may be inline: the component library writes `<style>` elements for its theme. Workers are scripts of
 * the build too; no page is framed.
 */
function contentSecurityPolicy(base: URL): string {
  const canName = !base.host.startsWith('['); // a policy can't name an IPv6 address
  return [
    "default-src 'none'",
    `script-src ${canName ? `${base.protocol}//${base.host}/assets/` : "'self'"}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every page and asset of the dashboard. */
const APP_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Segments of letters, digits, `.`, `-` and `_` that do not begin with a dot: no traversal can be spelt. */
const ASSET_PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/u;

/**
 * Answers `GET` and `HEAD` for the built dashboard in `dir`: `/` is `index.html`, asked for anew each
 * time (by ETag); what lies under `/assets/` has its content's hash in its name and is kept for a year.
 *
 * @returns undefined where no such file is part of the dashboard
 */
export async function serveAppFile(dir: string | undefined, request: Request): Promise<Response | undefined> {
  const url = new URL(request.url);
  const { pathname } = url;
  const name = pathname === '/' ? '/index.html' : pathname;
  if (!ASSET_PATH.test(name)) return undefined;
  const file = dir === undefined ? undefined : path.join(dir, name);
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) return name === '/index.html' ? notBuilt() : undefined;

  const etag = `"${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}"`;
  const headers = new Headers({
    ...APP_HEADERS,
    'Content-Security-Policy': contentSecurityPolicy(url),
    ETag: etag,
    'Cache-Control': name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Type': TYPES[path.extname(name)] ?? 'application/octet-stream',
  });
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  headers.set('Content-Length', String(found.size));
  if (request.method === 'HEAD') return new Response(null, { headers });
  if (name === '/index.html') return new Response(await readFile(file), { headers });
  return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, { headers });
}

function notBuilt(): Response {
  const text = 'The dashboard has not been built. Run `npm run build`, then reload this page.\n';
  return new Response(text, {
    status: 503,
    headers: {
      ...APP_HEADERS,
      'Content-Security-Policy': "default-src 'none'",
      'Cache-Control': 'no-store',
      'Content-Type': 'text/plain; charset=utf-8',
    },
  });
}
