import { Hono, type Context } from 'hono';
import { CHECKED_FOR_PARTS_BYTES } from '../../hub/disk/checked-content.ts';
import { nameOf } from '../../hub/paths/path.ts';
import { HubError } from '../../protocol/errors.ts';
import type { FileRecord } from '../../protocol/records.ts';
import { byteRange } from './byte-range.ts';
import { Charsets } from './charsets.ts';
import { contentDisposition } from './content-disposition.ts';
import { httpOf, refusalAnswer, workspaceFor, type FileRouteDeps } from './file-routes.ts';
import { cutSocket, whenCut } from '../http/cut-answers.ts';
import { errorBody } from '../http/http-errors.ts';
import { evaluate, rangeCounts, type Validators } from './preconditions.ts';
import { webStream } from './web-stream.ts';

/**
 * Files are shown by the dashboard from its own origin, and an agent may have written them: nothing in
 * one may run, or reach anything.
 */
const SANDBOXED = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'";
/** Types whose viewers run what is in a file, sandbox or not: they are only saved, never shown. */
const NEVER_SHOWN = /^[^/]+\/(?:x-)?(?:pdf|acrobat)$/u; // a browser's viewer also takes a PDF by its other names

/**
 * `GET` and `HEAD /files/{workspace}/{path}`, each segment percent-encoded; `?version=` for an older
 * version, `?download` to have it saved. With validators and single ranges (RFC 9110).
 */
export function downloadRoutes(deps: Pick<FileRouteDeps, 'hub' | 'files' | 'identify' | 'requireTool'>): Hono {
  const app = new Hono();
  const charsets = new Charsets(deps.files);
  app.get('/files/*', (c) => answer(c, deps, charsets).catch((error: unknown) => refusalAnswer(deps.hub, error)));
  app.all('/files/*', () =>
    refusalAnswer(
      deps.hub,
      new HubError('bad_request', 'Files are read here by GET and HEAD; send them through /uploads.'),
      {
        Allow: 'GET, HEAD',
      },
    ),
  );
  return app;
}

async function answer(
  c: Context,
  deps: Pick<FileRouteDeps, 'hub' | 'files' | 'identify' | 'requireTool'>,
  charsets: Charsets,
): Promise<Response> {
  const { hub, files } = deps;
  const request = c.req.raw;
  const origin = deps.identify(request, httpOf(c));
  if (origin instanceof HubError) throw origin;
  const target = targetOf(request.url);
  const what = `${request.method} /files/${target.workspace}/${target.path}`;
  deps.requireTool({ origin, what }, 'file_read');
  const workspace = workspaceFor(hub, origin, target.workspace, what);

  const file = await files.stat(workspace.id, target.path, target.version);
  const validators: Validators = { etag: `"${file.sha256}"`, lastModified: file.writtenAt };
  const charset = await charsets.of(file);
  const headers = headersOf(file, validators, { isDownload: target.isDownload, now: hub.now(), charset });
  const condition = evaluate(request.headers, validators);
  if (condition === 'not_modified') return new Response(null, { status: 304, headers });
  if (condition === 'failed') {
    const changed = new HubError('conflict', 'The file is not as the request says that it must be; read it again.');
    return c.body(errorBody(changed), 412, { 'Content-Type': 'application/json', ETag: validators.etag });
  }
  // A range is defined for GET alone (RFC 9110, section 14.2).
  const isRanged = request.method === 'GET' && rangeCounts(request.headers, validators);
  const range = isRanged ? byteRange(request.headers.get('range') ?? undefined, file.sizeBytes) : undefined;
  if (range === 'unsatisfiable') return unsatisfiable(file.sizeBytes);
  const sizeBytes = range ? range.end - range.start + 1 : file.sizeBytes;
  headers.set('Content-Length', String(sizeBytes));
  if (range) headers.set('Content-Range', `bytes ${range.start}-${range.end}/${file.sizeBytes}`);
  // A client that puts such a file together from parts checks it by the SHA-256 in the `ETag`.
  if (range && file.sizeBytes > CHECKED_FOR_PARTS_BYTES) headers.set('X-Content-Checked', 'size');
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  const { stream } = await files.read(workspace.id, target.path, { version: file.version, ...(range && { range }) });
  const http = httpOf(c);
  // Of a content there is no saying why: its connection ends.
  if (http)
    whenCut(http.outgoing, { end: (_why, reason) => cutSocket(http.incoming.socket, reason), isOfSession: false });
  return new Response(webStream(stream), { status, headers });
}

function headersOf(
  file: FileRecord,
  { etag, lastModified }: Validators,
  { isDownload, now, charset }: { isDownload: boolean; now: number; charset: string | undefined },
): Headers {
  return new Headers({
    'Content-Type': charset === undefined ? file.mime : `${file.mime}; charset=${charset}`,
    'Content-Disposition': contentDisposition(
      isDownload || NEVER_SHOWN.test(file.mime) ? 'attachment' : 'inline',
      nameOf(file.path),
    ),
    'Content-Security-Policy': SANDBOXED,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'private, no-cache',
    'Accept-Ranges': 'bytes',
    // Never later than now (RFC 9110, 8.8.2.1): the file may have been written while the clock was ahead.
    'Last-Modified': new Date(Math.min(lastModified, now)).toUTCString(),
    ETag: etag,
    'X-File-Version': String(file.version),
  });
}

function unsatisfiable(sizeBytes: number): Response {
  return new Response(null, {
    status: 416,
    headers: { 'Content-Range': `bytes */${sizeBytes}`, 'Cache-Control': 'no-store' },
  });
}

/** What an address names. `bad_request` where it cannot be decoded, `invalid_argument` for a bad version. */
function targetOf(address: string): {
  workspace: string;
  path: string;
  version: number | undefined;
  isDownload: boolean;
} {
  const url = new URL(address);
  const [, , workspace = '', ...segments] = url.pathname.split('/');
  const version = url.searchParams.get('version');
  if (version !== null && !/^[1-9]\d{0,9}$/u.test(version)) {
    throw new HubError('invalid_argument', 'version is a number from 1 on; see file_versions.');
  }
  return {
    workspace: decoded(workspace),
    path: segments.map(decoded).join('/'),
    version: version === null ? undefined : Number(version),
    isDownload: url.searchParams.has('download'),
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new HubError('bad_request', 'The address is not percent-encoded UTF-8; encode each segment of the path.');
  }
}
