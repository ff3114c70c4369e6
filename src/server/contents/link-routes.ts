import { Hono, type Context } from 'hono';
import type { LinkRequest, Links } from '../../hub/links/links.ts';
import { nameOf } from '../../hub/paths/path.ts';
import { HubError } from '../../protocol/errors.ts';
import type { FileRecord } from '../../protocol/records.ts';
import { statusOf } from '../http/http-errors.ts';
import { clientAddress } from '../http/client-address.ts';
import { byteRange } from './byte-range.ts';
import { contentDisposition } from './content-disposition.ts';
import { httpOf, type FileRouteDeps } from './file-routes.ts';
import { linkPage } from './link-page.ts';
import { evaluate, rangeCounts, type Validators } from './preconditions.ts';
import { webStream } from './web-stream.ts';

/** What a stranger may have written is saved, never shown, and runs nothing: it comes from the dashboard's own origin. */
const INERT = {
  'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'private, no-store',
} as const;
/** Types of which browsers run nothing; all others are sent as plain bytes. */
const HARMLESS = /^(?:image\/(?:png|jpeg|gif|webp|avif)|audio\/[\w.+-]+|video\/[\w.+-]+)$/u;

type LinkRouteDeps = Pick<FileRouteDeps, 'hub' | 'files'> & { readonly links: Links };

/**
 * `GET` and `HEAD /links/{id}/{signature}`: the content that a link is for, without a key. With validators and single
 * ranges (RFC 9110); a password comes as that of HTTP's basic authentication (RFC 7617), whatever the user's name.
 */
export function linkRoutes(deps: LinkRouteDeps): Hono {
  const app = new Hono();
  const refuse = async (c: Context, thrown: unknown): Promise<Response> => {
    const error: unknown = await deps.hub.refuse(thrown).catch((late: unknown) => late);
    if (!(error instanceof HubError)) throw error;
    const headers = { ...INERT, ...extraOf(error) };
    return linkPage(error, c.req.raw, { status: statusOf(error.code), headers });
  };
  app.get('/links/:id/:signature', (c) =>
    answer(c, deps).catch((error: unknown) => {
      if (error instanceof HubError) deps.links.noteRefused(requestOf(c), error, remoteOf(c));
      return refuse(c, error);
    }),
  );
  app.all('/links/*', (c) =>
    refuse(c, new HubError('not_found', 'There is no such link. Check that the address is whole.')),
  );
  return app;
}

async function answer(c: Context, { hub, files, links }: LinkRouteDeps): Promise<Response> {
  const request = c.req.raw;
  const { link, file } = await links.open(requestOf(c));
  const validators: Validators = { etag: `"${file.sha256}"`, lastModified: file.writtenAt };
  const headers = headersOf(file, validators, hub.now());
  const condition = evaluate(request.headers, validators);
  if (condition === 'not_modified') return new Response(null, { status: 304, headers });
  if (condition === 'failed') throw new HubError('conflict', 'The file is not as the request says that it must be.');
  const isRanged = request.method === 'GET' && rangeCounts(request.headers, validators);
  const range = isRanged ? byteRange(request.headers.get('range') ?? undefined, file.sizeBytes) : undefined;
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...INERT, 'Content-Range': `bytes */${file.sizeBytes}` } });
  }
  const sizeBytes = range ? range.end - range.start + 1 : file.sizeBytes;
  headers.set('Content-Length', String(sizeBytes));
  if (range) headers.set('Content-Range', `bytes ${range.start}-${range.end}/${file.sizeBytes}`);
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  const remote = remoteOf(c);
  const who = `${remote} ${request.headers.get('user-agent')?.slice(0, 200) ?? ''}`;
  if (!range || !links.uses.goesOn(link, who, sizeBytes)) {
    await links.uses.count(link, who, remote, { whole: file.sizeBytes, now: sizeBytes });
  }
  const read = { version: file.version, ...(range && { range }) };
  const { stream } = await files.read(file.workspace, file.path, read);
  const body = webStream(stream);
  let sent = 0;
  stream.on('data', (chunk: Buffer) => (sent += chunk.length)); // paused by now: this does not start it
  stream.once('close', () => {
    if (!stream.readableEnded) links.uses.brokeOff(link, who, { asked: sizeBytes, sent });
  });
  return new Response(body, { status, headers });
}

function requestOf(c: Context): LinkRequest {
  const { id = '', signature = '' } = c.req.param();
  return { linkId: id, signature, password: passwordOf(c.req.raw.headers.get('authorization')) };
}

/** The address of who asks. */
function remoteOf(c: Context): string {
  const incoming = httpOf(c)?.incoming;
  return incoming ? clientAddress(incoming) : 'this machine';
}

function headersOf(file: FileRecord, { etag, lastModified }: Validators, now: number): Headers {
  return new Headers({
    ...INERT,
    'Content-Type': HARMLESS.test(file.mime) ? file.mime : 'application/octet-stream',
    'Content-Disposition': contentDisposition('attachment', nameOf(file.path)),
    'Accept-Ranges': 'bytes',
    'Last-Modified': new Date(Math.min(lastModified, now)).toUTCString(),
    ETag: etag,
  });
}

function extraOf({ code, retryAfterMs }: HubError): Record<string, string> {
  if (code === 'unauthorized') return { 'WWW-Authenticate': 'Basic realm="Signalbox link", charset="UTF-8"' };
  return code === 'rate_limited' ? { 'Retry-After': String(Math.ceil((retryAfterMs ?? 0) / 1_000)) } : {};
}

/** The password of `Authorization: Basic …`; undefined where there is none. */
function passwordOf(authorization: string | null): string | undefined {
  const encoded = /^basic +([\w+/=-]{1,2000})$/iu.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : text.slice(colon + 1);
}
