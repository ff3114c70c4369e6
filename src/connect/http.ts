import http from 'node:http';
import https from 'node:https';
import { HubError } from '../protocol/errors.ts';

/** How long nothing may come on a connection, in ms: the hub shows life every 10 s. A machine that slept has longer. */
const SILENCE_MS = 45_000;
/** Bytes of a body that is read as a whole. */
const MOST_BODY_BYTES = 64 * 1024 * 1024;

export interface HubAsk {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Called when all of the request has been handed to the system. */
  readonly onSent?: () => void;
}

/** Why no answer came; `sent` is false where the hub surely did not get the request. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly sent: boolean;

  constructor(cause: unknown, sent: boolean) {
    super(cause instanceof Error ? cause.message : 'The connection was lost.', { cause });
    this.sent = sent;
  }
}

/** Requests to a hub, on connections that are kept. */
export class HubHttp {
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  readonly #secure = new https.Agent({ keepAlive: true, maxSockets: Infinity });

  /** Sends a request and waits for the head of its answer. @throws ConnectionLost */
  ask(url: string, { method, headers, body, signal, onSent }: HubAsk): Promise<http.IncomingMessage> {
    const isSecure = url.startsWith('https:');
    return new Promise((resolve, reject) => {
      let connected = false;
      // As bytes: a text would be sent in one piece with the headers, and change their encoding.
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const request = (isSecure ? https : http).request(
        url,
        {
          method,
          agent: isSecure ? this.#secure : this.#plain,
          headers: { ...headers, ...(bytes && { 'Content-Length': String(bytes.length) }) },
          ...(signal === undefined ? {} : { signal }),
        },
        resolve,
      );
      request.setTimeout(SILENCE_MS, () => request.destroy(new Error('Nothing came for too long.')));
      request.on('socket', (socket) => {
        if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', () => (connected = true));
        else connected = true;
      });
      if (onSent) request.on('finish', onSent);
      request.on('error', (error) => reject(new ConnectionLost(error, connected)));
      request.end(bytes);
    });
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/** The body as text. @throws ConnectionLost where it breaks off, HubError `too_large` */
export async function textOfBody(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MOST_BODY_BYTES) break;
      parts.push(part);
    }
  } catch (error) {
    throw new ConnectionLost(error, true);
  }
  if (bytes > MOST_BODY_BYTES) throw new HubError('too_large', 'The answer is too long; ask for a part of it.');
  return Buffer.concat(parts).toString('utf8');
}

/** Whether a body is a stream of server-sent events. */
export function isEventStream(response: http.IncomingMessage): boolean {
  return response.headers['content-type']?.startsWith('text/event-stream') === true;
}
