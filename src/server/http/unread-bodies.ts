import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** An answer whose exchange is recorded. */
export interface Tapped {
  /** Gets the whole body of the answer. */
  tap: { sentBody(body: string | Uint8Array): void } | undefined;
}

/** Whether the head of a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/**
 * Answers that are recorded, by the exchange that they are of, once it is set.
 *
 * Makes an answer that is sent before all of the request's body has come the last one of its connection (RFC 9112,
 * section 9.6): it says `Connection: close`, and whatever still comes is thrown away, so that no byte of a body is ever
 * taken for a request. The hub ends its half behind the answer and closes when the body is over: a close on unread bytes
 * is a reset, and the answer could be lost with it.
 *
 * Looks when the head of an answer is made: nearly always the body has come by then, and nothing is set up for that.
 * @param onUnread called with such a request and its answer: a body that goes on for too long must be ended
 */
export function answersToBodies(
  onUnread: (request: IncomingMessage, response: ServerResponse) => void,
): typeof ServerResponse {
  class AnswerToBody extends ServerResponse implements Tapped {
    tap: Tapped['tap'];

    override end(...given: readonly unknown[]): this {
      const [body] = given;
      super.end(...(given as [Uint8Array])); // with or without a body, an encoding and a callback
      if (typeof body === 'string' || body instanceof Uint8Array) this.tap?.sentBody(body);
      return this;
    }

    override writeHead(status: number, ...rest: readonly unknown[]): this {
      const request = this.req;
      if (!request.complete && hasBody(request)) {
        this.shouldKeepAlive = false;
        this.once('prefinish', () => closeBehindBody(request));
        onUnread(request, this);
      }
      return super.writeHead(status, ...(rest as [OutgoingHttpHeaders])); // with or without a text before the headers
    }
  }
  return AnswerToBody as typeof ServerResponse; // its other members are set where it is made
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
