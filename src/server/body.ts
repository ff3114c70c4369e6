import type { IncomingMessage } from 'node:http';
import { HubError } from '../protocol/errors.ts';

/** Of a body that is over the cap so much is read and thrown away, as a multiple of the cap. */
const DRAIN_FACTOR = 16;

/**
 * Reads a request's body as UTF-8 text.
 *
 * Answers `too_large` as soon as the announced or received length passes `capBytes`. The rest is read
 * and thrown away: a connection that is closed on unread bytes is reset, and the refusal lost with it.
 * Rejects when the connection breaks.
 */
export function readBody(request: IncomingMessage, capBytes: number): Promise<string | HubError> {
  return new Promise((resolve, reject) => {
    // Most messages arrive in one piece: no list, no copy.
    let only: Buffer | undefined;
    let pieces: Buffer[] | undefined;
    let size = 0;
    let over = Number(request.headers['content-length'] ?? 0) > capBytes;
    if (over) resolve(tooLarge(capBytes));
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      if (!over && size > capBytes) {
        over = true;
        resolve(tooLarge(capBytes));
      }
      if (over) {
        only = pieces = undefined;
        if (size > capBytes * DRAIN_FACTOR) request.destroy();
      } else if (only === undefined) {
        only = piece;
      } else {
        (pieces ??= [only]).push(piece);
      }
    });
    request.on('end', () => {
      const whole = pieces === undefined ? only : Buffer.concat(pieces);
      resolve(whole === undefined ? '' : whole.toString('utf8'));
    });
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) {
        reject(new HubError('bad_request', 'The connection broke before the whole body had arrived.'));
      }
    });
  });
}

function tooLarge(capBytes: number): HubError {
  return new HubError(
    'too_large',
    `A message may have at most ${capBytes} bytes; send files through upload_create, which has no such limit.`,
    { details: { limitBytes: capBytes } },
  );
}

/** Whether a request says that its body is JSON (RFC 9110: parameters such as a charset may follow). */
export function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;|$)/iu.test(contentType.trim());
}
