import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HubError } from '../../protocol/errors.ts';
import { challenge, errorBody, statusOf } from './http-errors.ts';

/** A refusal as a `Response`: its status, challenge and JSON body say the same. */
export function refusalResponse(error: HubError, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(errorBody(error), {
    status: statusOf(error.code),
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      ...challenge(error),
      ...headers,
    },
  });
}

/** An answer to what came over a connection that has no `ServerResponse`. */
export interface SocketRefusal {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** @param status where another fits better than that of the error's code */
export function socketRefusal(error: HubError, status = statusOf(error.code)): SocketRefusal {
  const body = errorBody(error);
  const head =
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
    'Content-Type: application/json\r\n' +
    `Content-Length: ${Buffer.byteLength(body)}\r\n` +
    'Connection: close\r\n\r\n';
  return { status, head, body };
}

/**
 * Writes a refusal to a connection that has no `ServerResponse`, and ends it. What still comes is thrown away; a peer
 * that keeps its half open is ended by `Peers`.
 */
export function refuseSocket(socket: Duplex, { head, body }: SocketRefusal): void {
  socket.resume();
  socket.end(head + body);
}
