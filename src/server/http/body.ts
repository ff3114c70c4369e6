import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Timers } from '../../hub/timers.ts';
import { HubError } from '../../protocol/errors.ts';
import { afterRunning } from './running-time.ts';

/** How much of a body over the cap is read and thrown away, as a multiple of the cap. */
const DRAIN_FACTOR = 16;

export interface BodyLimits {
  readonly capBytes: number;
  /** From the head of the request to the last byte, while the hub's own process runs. */
  readonly timeoutMs: number;
  readonly timers: Timers;
  /** Gets a body that is not UTF-8, as it came. */
  readonly onUnreadable?: (bytes: Buffer) => void;
}

/**
 * Reads a request's body as UTF-8 text. Other bytes are refused with `bad_request`: decoding them anyway
 * would change the text.
 *
 * Answers `too_large` for a body over `capBytes` once the rest has been read and thrown away: most
 * clients read no answer before they have sent everything, and a connection that is closed on unread
 * bytes is reset, and the refusal lost with it. Answers `timeout` for one that takes longer than
 * `timeoutMs`. Rejects when the connection breaks.
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<string | HubError> {
  return new Promise((resolve, reject) => {
    // Most messages arrive in one piece with their head: the whole body is there once that is parsed.
    process.nextTick(() => {
      if (request.complete && request.readableLength <= limits.capBytes) resolve(arrived(request, limits));
      else awaitBody(request, limits).then(resolve, reject);
    });
  });
}

function arrived(request: IncomingMessage, limits: BodyLimits): string | HubError {
  const whole: unknown = request.read();
  return Buffer.isBuffer(whole) ? decoded(whole, limits) : '';
}

function decoded(bytes: Buffer, { onUnreadable }: BodyLimits): string | HubError {
  const text = bytes.toString('utf8');
  // Malformed bytes become U+FFFD, which may also have been sent as such; only then are the bytes checked.
  if (!text.includes('\ufffd') || isUtf8(bytes)) return text;
  onUnreadable?.(bytes);
  return new HubError('bad_request', 'The body is not UTF-8; encode the message as JSON in UTF-8 and send it again.');
}

function awaitBody(request: IncomingMessage, limits: BodyLimits): Promise<string | HubError> {
  const { capBytes, timeoutMs, timers } = limits;
  return new Promise((resolve, reject) => {
    const broken = (): HubError =>
      new HubError('bad_request', 'The connection broke before the whole body had arrived.');
    if (request.destroyed && !request.complete) return reject(broken());
    const pieces: Buffer[] = [];
    let size = 0;
    let over = Number(request.headers['content-length'] ?? 0) > capBytes;
    const stop = afterRunning(timers, timeoutMs, () => breakOff(tooSlow(timeoutMs)));
    /** Answers, and closes the connection after the answer. */
    const breakOff = (refusal: HubError): void => {
      resolve(refusal);
      setImmediate(() => request.socket.destroySoon());
    };
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      over ||= size > capBytes;
      if (over) {
        pieces.length = 0;
        if (size > capBytes * DRAIN_FACTOR) breakOff(tooLarge(capBytes));
      } else {
        pieces.push(piece);
      }
    });
    request.on('end', () => {
      stop();
      resolve(over ? tooLarge(capBytes) : decoded(Buffer.concat(pieces), limits));
    });
    request.on('error', reject);
    request.on('close', () => {
      stop();
      if (!request.complete) {
        reject(broken());
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
