import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait on one connection behind the one that is being answered. */
const MOST_WAITING = 8;

/**
 * Limits the requests that a client sends ahead on one connection: their answers are in memory until
 * those before them have been read, and a client that does not read could fill it.
 *
 * The returned function says whether a request may still be served.
 */
export function limitPipelining(): (socket: Socket, response: ServerResponse) => boolean {
  const waiting = new WeakMap<Socket, number>();
  return (socket, response) => {
    if (response.socket !== null) return true; // its turn has come: nothing is before it
    const count = (waiting.get(socket) ?? 0) + 1;
    if (count > MOST_WAITING) return false;
    waiting.set(socket, count);
    response.on('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    return true;
  };
}
