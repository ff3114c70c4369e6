import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Handler } from 'hono';
import { offsetMismatch } from '../../hub/uploads/upload-errors.ts';
import { HUB } from '../../hub/rule.ts';
import { HubError, type HubErrorCode } from '../../protocol/errors.ts';
import { httpOf, refusalAnswer, type FileRouteDeps } from './file-routes.ts';
import { tapOf } from '../taps/exchange-tap.ts';
import { whenCut } from '../http/cut-answers.ts';
import { errorBody } from '../http/http-errors.ts';
import { createTusHandler, type UploadRequest } from './tus-handler.ts';
import { asMeant, isOtherVersion, malformed, NOT_TUS, TUS_VERSION } from './tus-request.ts';

const CHECKSUM_ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512'] as const;

/**
 * Resumable uploads by tus 1.0.0 at `/uploads`, with creation (also with the first bytes), expiration,
 * checksum and termination. `Upload-Metadata`: `workspace` (id or name, may be omitted where there is
 * one), `path`, and if wanted `sha256`, `filetype`, `lock_token`, `fence`.
 * Refusals are `{"error": {code, message}}` with the status of the code. The frame of
 * each request that changes something is the cause of the events that it leads to.
 */
export function uploadRoutes(deps: FileRouteDeps): Hono {
  const app = new Hono();
  const current = new AsyncLocalStorage<UploadRequest>();
  let handler: ReturnType<typeof createTusHandler> | undefined;

  const serve = async (request: Request, http: HttpBindings | undefined): Promise<Response> => {
    handler ??= createTusHandler(deps, () => {
      const asked = current.getStore();
      if (!asked) throw new Error('tus should only work on a request');
      return asked;
    });
    const { handleWeb } = await handler;
    if (request.method === 'OPTIONS') return current.run({ origin: HUB }, () => handleWeb(request));
    const origin = deps.identify(request, http);
    if (origin instanceof HubError) throw origin;
    if (request.method !== 'HEAD') deps.requireTool({ origin, what: `${request.method} /uploads` }, 'upload_create');
    const checksum = checksumOf(request.headers.get('upload-checksum'));
    // The desktop's own window comes without HTTP, so there is no frame of it.
    const tap = http && tapOf(http.outgoing);
    if (tap && origin.actor.kind === 'agent') tap.owner = { actor: { key: origin.actor.key } };
    const caused = tap === undefined || request.method === 'HEAD' ? origin : { ...origin, cause: tap.id };
    const metadata = request.method === 'POST' ? request.headers.get('upload-metadata') : null;
    const ended = new AbortController();
    if (http) whenCut(http.outgoing, { end: (why) => ended.abort(why), isOfSession: false });
    const asked: UploadRequest = {
      origin: caused,
      signal: ended.signal,
      ...(checksum && { checksum }),
      ...(metadata !== null && { metadata }),
    };
    const response = await withCode(await current.run(asked, () => handleWeb(request)), request, asked);
    // What the library refuses was looked up in the state too; see Hub.refuse.
    if (!response.ok) await deps.hub.durable();
    if (request.method === 'HEAD' && response.ok && asked.metadata !== undefined) {
      response.headers.set('Upload-Metadata', asked.metadata);
    }
    if (response.ok && asked.expiresAt !== undefined) {
      response.headers.set('Upload-Expires', new Date(asked.expiresAt).toUTCString());
    }
    return response;
  };
  // Hono routes HEAD as GET, so the method is looked at here.
  const answer: Handler = async (c) => {
    try {
      const request = asMeant(c.req.raw);
      if (isOtherVersion(request)) return otherVersion();
      const bad = malformed(request);
      if (bad) throw bad;
      const response = await serve(request, httpOf(c));
      if (request.method === 'OPTIONS') response.headers.set('Tus-Checksum-Algorithm', CHECKSUM_ALGORITHMS.join(','));
      return withoutCors(response);
    } catch (error) {
      return refusalAnswer(deps.hub, error, { 'Tus-Resumable': TUS_VERSION });
    }
  };
  app.all('/uploads', answer);
  app.all('/uploads/:id', answer);
  return app;
}

/** Refusals of the library are words alone, and ours come out of it as text; here each is JSON with a code. */
async function withCode(response: Response, request: Request, asked: UploadRequest): Promise<Response> {
  if (response.ok || request.method === 'HEAD' || response.headers.get('content-type')?.startsWith('text/') !== true) {
    return response;
  }
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  headers.set('Content-Type', 'application/json');
  const text = (await response.text()).trim();
  const body = text.startsWith('{')
    ? text
    : errorBody(
        response.status === 409 && asked.receivedBytes !== undefined
          ? offsetMismatch(Number(request.headers.get('upload-offset')), asked.receivedBytes)
          : new HubError(codeOf(response.status), `${text.replace(/\.$/u, '')}. ${NOT_TUS}`),
      );
  return new Response(body, { status: response.status, headers });
}

function codeOf(status: number): HubErrorCode {
  switch (status) {
    case 404:
      return 'not_found';
    case 409:
      return 'offset_mismatch';
    case 410:
      return 'gone';
    case 413:
      return 'too_large';
    case 415:
      return 'unsupported_media_type';
    case 500:
      return 'internal';
    default:
      return 'bad_request';
  }
}

/** tus 1.0.0: a version that the server does not speak is 412, with those that it does. */
function otherVersion(): Response {
  const error = new HubError('bad_request', `Send Tus-Resumable: ${TUS_VERSION}. ${NOT_TUS}`);
  return new Response(errorBody(error), {
    status: 412,
    headers: { 'Content-Type': 'application/json', 'Tus-Resumable': TUS_VERSION, 'Tus-Version': TUS_VERSION },
  });
}

/** `Upload-Checksum: sha256 <base64>` (tus 1.0.0, checksum). */
function checksumOf(header: string | null): UploadRequest['checksum'] {
  if (header === null) return undefined;
  const [name, base64 = ''] = header.trim().split(/ +/u);
  const algorithm = CHECKSUM_ALGORITHMS.find((one) => one === name?.toLowerCase());
  if (algorithm && /^[A-Za-z0-9+/]+={0,2}$/u.test(base64)) return { algorithm, base64 };
  throw new HubError(
    'bad_request',
    `Upload-Checksum is one of ${CHECKSUM_ALGORITHMS.join(', ')}, a blank, and the digest in base64.`,
  );
}

/** No other origin has business here; the guard in front has refused its requests anyway. */
function withoutCors(response: Response): Response {
  for (const name of [...response.headers.keys()]) {
    if (name.startsWith('access-control-')) response.headers.delete(name);
  }
  return response;
}
