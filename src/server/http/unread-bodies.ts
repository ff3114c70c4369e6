import type { IncomingMessage, ServerResponse } from 'node:http';

/** Whether the head of a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/**
 * Makes an answer that is sent before all of the request's body has come the last one of its connection (RFC 9112,
 * section 9.6): it says `Connection: close`, and whatever still comes is thrown away, so that no byte of a body is ever taken
 * for a request. The hub ends its half behind the answer and closes when the body is over: a close on unread bytes is
 * a reset, and the answer could be lost with it. A body that goes on for too long is ended by `Peers`.
 */
export function closeOnUnreadBody(request: IncomingMessage, response: ServerResponse): void {
  if (!hasBody(request)) return;
  const { socket } = request;
  let keepsAlive = response.shouldKeepAlive;
  // Node looks at it when it makes the head of the answer.
  Object.defineProperty(response, 'shouldKeepAlive', {
    configurable: true,
    get: () => keepsAlive && request.complete,
    set: (keeps: boolean) => {
      keepsAlive = keeps;
    },
  });
  response.once('prefinish', () => {
    if (request.complete) return;
    // What Node calls after the last answer of a connection: it would close at once.
    socket.destroySoon = () => socket.end();
    request.once('close', () => {
      if (socket.writableFinished) socket.destroy();
      else socket.once('finish', () => socket.destroy());
    });
  });
}
