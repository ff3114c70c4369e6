import type { IncomingMessage } from 'node:http';
import type { Timers } from '../hub/timers.ts';
import { HubError } from '../protocol/errors.ts';

/** Of a body that is over the cap so much is read and thrown away, as a multiple of the cap. */
const DRAIN_FACTOR = 16;

export interface BodyLimits {
  readonly capBytes: number;
  /** From the head of the request to the last byte. */
  readonly timeoutMs: number;
  readonly timers: Timers;
}

/**
 * Reads a request's body as UTF-8 text.
 *
 * Answers `too_large` for a body over `capBytes` once the rest has been read and thrown away: most
 * clients read no answer before they have sent everything, and a connection that is closed on unread
 * bytes is reset, and the refusal lost with it. Answers `timeout` for one that takes longer than
 * `timeoutMs`. Rejects when the connection breaks.
 */
export function readBody(
  request: IncomingMessage,
  { capBytes, timeoutMs, timers }: BodyLimits,
): Promise<string | HubError> {
  return new Promise((resolve, reject) => {
    // Most messages arrive in one piece: no list, no copy.
    let only: Buffer | undefined;
    let pieces: Buffer[] | undefined;
    let size = 0;
    let over = Number(request.headers['content-length'] ?? 0) > capBytes;
    const late = timers.setTimeout(() => breakOff(tooSlow(timeoutMs)), timeoutMs);
    /** Answers, and ends the connection behind the answer. */
    const breakOff = (refusal: HubError): void => {
      resolve(refusal);
      setImmediate(() => request.socket.destroySoon());
    };
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      over ||= size > capBytes;
      if (over) {
        only = pieces = undefined;
        if (size > capBytes * DRAIN_FACTOR) breakOff(tooLarge(capBytes));
      } else if (only === undefined) {
        only = piece;
      } else {
        (pieces ??= [only]).push(piece);
      }
    });
    request.on('end', () => {
      timers.clearTimeout(late);
      if (over) return resolve(tooLarge(capBytes));
      const whole = pieces === undefined ? only : Buffer.concat(pieces);
      resolve(whole === undefined ? '' : whole.toString('utf8'));
    });
    request.on('error', reject);
    request.on('close', () => {
      timers.clearTimeout(late);
      if (!request.complete) {
        reject(new HubError('bad_request', 'The connection broke before the whole body had arrived.'));
      }
    });
  });
}

function tooSlow(timeoutMs: number): HubError {
  return new HubError(
    'timeout',
    `The body had not arrived whole after ${timeoutMs / 1_000} s; send the message again.`,
  );
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
