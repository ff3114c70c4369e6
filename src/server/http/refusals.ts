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

/**
 * Writes a refusal to a connection that has no `ServerResponse`, and ends it. What still comes is thrown away; a peer
 * that keeps its half open is ended by `Peers`.
 *
 * @param status where another fits better than that of the error's code
 */
export function refuseSocket(socket: Duplex, error: HubError, status = statusOf(error.code)): void {
  const body = errorBody(error);
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      'Content-Type: application/json\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      'Connection: close\r\n\r\n' +
      body,
  );
}
