import { HubError } from '../../protocol/errors.ts';

export const TUS_VERSION = '1.0.0';
export const NOT_TUS = 'Uploads speak tus 1.0.0: POST /uploads to begin, then HEAD, PATCH or DELETE /uploads/{id}.';
const METHODS = new Set(['OPTIONS', 'POST', 'HEAD', 'PATCH', 'DELETE']);
/** Members of `Upload-Metadata` that the hub reads; others are kept for `HEAD` alone. */
const TEXTS = new Set(['workspace', 'path', 'filename', 'sha256', 'filetype', 'lock_token', 'fence']);
/** Of `Upload-Metadata`, which is kept as long as the upload is open. */
const MOST_METADATA_BYTES = 8_192;

/**
 * The request with the method that it means: that of `X-HTTP-Method-Override`, where there is one, in place of
 * its own (tus 1.0.0).
 * @throws HubError `bad_request` for a method that uploads do not have; the header's may be no method at all
 */
export function asMeant(request: Request): Request {
  const method = request.headers.get('x-http-method-override')?.trim().toUpperCase() || request.method;
  if (!METHODS.has(method)) throw new HubError('bad_request', NOT_TUS);
  if (method === request.method) return request;
  const hasBody = method === 'PATCH' || method === 'POST';
  const init: RequestInit & { duplex: 'half' } = {
    method,
    headers: request.headers,
    duplex: 'half', // Node's, for a body that is a stream
    ...(hasBody && request.body ? { body: request.body } : {}),
  };
  return new Request(request.url, init);
}

/** Whether the version of tus that a request speaks is not ours; `OPTIONS` speaks none. */
export function isOtherVersion({ method, headers }: Request): boolean {
  return method !== 'OPTIONS' && headers.get('tus-resumable') !== TUS_VERSION;
}

/** What is wrong with a request before it is looked at: `unsupported_media_type`, `invalid_argument`, `too_large`. */
export function malformed({ method, headers }: Request): HubError | undefined {
  if (method === 'PATCH') {
    const type = headers.get('content-type');
    if (type === 'application/offset+octet-stream') return undefined;
    return new HubError('unsupported_media_type', 'Send pieces with Content-Type: application/offset+octet-stream.');
  }
  const metadata = method === 'POST' ? headers.get('upload-metadata') : null;
  if (metadata === null) return undefined;
  if (metadata.length > MOST_METADATA_BYTES) {
    return new HubError('too_large', `Upload-Metadata has at most ${MOST_METADATA_BYTES} bytes.`);
  }
  for (const pair of metadata.split(',')) {
    const [key = '', value = ''] = pair.trim().split(' ');
    if (!TEXTS.has(key)) continue;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'base64'));
    } catch {
      return new HubError(
        'invalid_argument',
        `${key} in Upload-Metadata is not UTF-8; encode the text as UTF-8, then in base64.`,
      );
    }
  }
  return undefined;
}

/** `Upload-Metadata` for what is known of an upload, where the text that its sender chose is not kept any more. */
export function metadataFor(known: Readonly<Record<string, string | number | undefined>>): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(known)) {
    if (value !== undefined) pairs.push(`${key} ${Buffer.from(String(value)).toString('base64')}`);
  }
  return pairs.join(',');
}
