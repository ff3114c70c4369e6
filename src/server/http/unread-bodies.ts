import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Whether the head of a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/**
 * Makes an answer that is sent before all of the request's body has come the last one of its connection (RFC 9112,
 * section 9.6): it says `Connection: close`, and whatever still comes is thrown away, so that no byte of a body is ever
 * taken for a request. The hub ends its half behind the answer and closes when the body is over: a close on unread bytes
 * is a reset, and the answer could be lost with it.
 *
 * Looks when the head of an answer is made: nearly always the body has come by then, and nothing is set up for that.
 * @param onUnread called with such a request and its answer: a body that goes on for too long must be ended
 */
export function answersToBodies(onUnread: (request: IncomingMessage, response: ServerResponse) => void) {
  return class AnswerToBody extends ServerResponse {
    override writeHead(status: number, ...rest: readonly unknown[]): this {
      const request = this.req;
      if (!request.complete && hasBody(request)) {
        this.shouldKeepAlive = false;
        this.once('prefinish', () => closeBehindBody(request));
        onUnread(request, this);
      }
      return super.writeHead(status, ...(rest as [OutgoingHttpHeaders])); // with or without a text before the headers
    }
  };
}

function closeBehindBody(request: IncomingMessage): void {
  if (request.complete) return;
  const { socket } = request;
  // What Node calls after the last answer of a connection: it would close at once.
  socket.destroySoon = () => socket.end();
  request.once('close', () => {
    if (socket.writableFinished) socket.destroy();
    else socket.once('finish', () => socket.destroy());
  });
}
