import { HubError } from '../../../../protocol/errors.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import { errorBody, sendJson } from '../../../http/http-errors.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { Dispatcher } from '../../requests/dispatcher.ts';
import {
  authenticated,
  type EdgeDeps,
  type Exchange,
  receivedJson,
  recordHead,
  refuse,
  refuseProblem,
} from '../../requests/edge.ts';
import { EventStream } from '../../stream/event-stream.ts';
import { keepStream } from '../../sessions/kept-stream.ts';
import type { KeepAlive } from '../../stream/keep-alive.ts';
import { batchProblem, postedMessages } from '../../rpc/posted.ts';
import { parseEventId } from '../../replay/replay-store.ts';
import { refuseSession, sessionDenied } from '../../requests/refuse-session.ts';
import type { Replayer } from '../../sessions/replayer.ts';
import type { RpcMessage } from '../../rpc/rpc.ts';
import type { SessionRegistry } from '../../sessions/session-registry.ts';
import type { SseHeirs } from './session-takeover.ts';
import type { SseReturns } from './session-return.ts';

export interface SseDeps extends EdgeDeps {
  readonly registry: SessionRegistry;
  readonly dispatcher: Dispatcher;
  readonly replayer: Replayer;
  readonly keepAlive: KeepAlive;
  readonly heirs: SseHeirs;
  readonly returns: SseReturns;
}

/** How soon a client that lost its stream should come back, in ms (`retry:` of server-sent events). */
const RETRY_MS = 1_000;

/** A stream that is open, and whose it is once that is known. */
interface Line {
  readonly stream: EventStream;
  belongTo(session: AgentSession): void;
}

/**
 * The wire of revision 2024-11-05, "HTTP with SSE": `GET /sse` opens the stream, whose first event
 * says where to POST; requests are POSTed there and answered on the stream.
 *
 * Beyond the specification every message has an event id, so that a client which reconnects with
 * `Last-Event-ID` (each EventSource does so by itself) goes on in its session where it was. The official
 * clients do not send it; {@link SseReturns} finds out who they are.
 */
export class SseWire {
  readonly #deps: SseDeps;

  constructor(deps: SseDeps) {
    this.#deps = deps;
  }

  /** `/sse`: GET opens a stream. Some clients try a POST first, and go on to GET on a quick 405. */
  async stream(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    if (request.method !== 'GET')
      return this.#notAllowed(exchange, 'GET', 'Open the stream with GET /sse; Streamable HTTP is at /mcp.');
    const key = authenticated(this.#deps, exchange, 'sse');
    if (!key) return;
    if (!EventStream.canStream(request, response)) {
      return refuse(this.#deps, exchange, 'sse', new HubError('bad_request', 'A stream needs HTTP/1.1.'));
    }
    const named = this.#named(exchange, key);
    if (!named && this.#deps.returns.expects(request, key)) return this.#welcome(exchange, key);
    const id = named?.session.id ?? this.#deps.hub.newId('ses');
    const cause = recordHead(this.#deps, exchange, 'sse', 200, id);
    const session = named?.session ?? (await this.#deps.registry.open('sse', key, request, id, cause));
    if (response.destroyed) return; // left while the session was being written down
    const line = this.#line(exchange);
    if (named) return this.#goOn(line, session, named.lastEventId);
    this.#begin(line, session);
    this.#deps.heirs.opened(session);
  }

  /** `/messages?sessionId=…`: takes messages, 202 at once; the answers go to the stream. */
  async message(exchange: Exchange): Promise<void> {
    const { request, response, query } = exchange;
    if (request.method !== 'POST')
      return this.#notAllowed(exchange, 'POST', 'POST your messages here; the stream is at /sse.');
    const key = authenticated(this.#deps, exchange, 'sse');
    if (!key) return;
    const id = sessionIdOf(query);
    if (id === '') {
      return refuse(
        this.#deps,
        exchange,
        'sse',
        new HubError(
          'bad_request',
          'The session is missing: POST to the address that the endpoint event of GET /sse named.',
        ),
      );
    }
    const session = this.#deps.registry.find(id, 'sse', key);
    if (session instanceof HubError) return refuseSession(this.#deps, exchange, 'sse', session, key, id);
    const received = await receivedJson(this.#deps, exchange, 'sse');
    if (!received) return;
    const messages = batchProblem(received.json, session.protocolVersion) ?? postedMessages(received.json);
    if ('kind' in messages) return refuseProblem(this.#deps, exchange, 'sse', messages, session.id);
    recordHead(this.#deps, exchange, 'sse', 202, session.id);
    response.writeHead(202, accepted);
    response.end('Accepted', 'latin1');
    this.#deps.returns.heard(session, messages);
    this.#deps.heirs.heard(session, messages);
    session.host = request.headers.host;
    this.#dispatch(exchange, session, key, messages, received.text);
  }

  #dispatch(
    exchange: Exchange,
    session: AgentSession,
    key: KeyState,
    messages: readonly RpcMessage[],
    text: string,
  ): void {
    const { dispatcher } = this.#deps;
    const send = (json: string): void => session.send(json);
    for (const message of messages) {
      dispatcher.handle({
        session,
        key,
        message,
        body: messages.length === 1 ? text : JSON.stringify(message),
        arrivedAt: exchange.arrivedAt,
        userAgent: exchange.request.headers['user-agent'],
        answer: send,
        notify: send,
      });
    }
  }

  /** The session that a reconnecting client names by the last event that it saw, if it is its own. */
  #named(exchange: Exchange, key: KeyState): { session: AgentSession; lastEventId: string } | undefined {
    const lastEventId = exchange.request.headers['last-event-id'];
    const place = typeof lastEventId === 'string' ? parseEventId(lastEventId) : undefined;
    if (!place || typeof lastEventId !== 'string') return undefined;
    const session = this.#deps.registry.find(place.sessionId, 'sse', key);
    if (!(session instanceof HubError)) return { session, lastEventId };
    if (session.code === 'forbidden') {
      const cause = recordHead(this.#deps, exchange, 'sse', 200, undefined, session.code);
      sessionDenied(this.#deps, key, place.sessionId, cause);
    }
    return undefined;
  }

  /** Opens a stream for a client that had one before, and asks it which session it goes on with. */
  async #welcome(exchange: Exchange, key: KeyState): Promise<void> {
    const { registry, returns, heirs, hub } = this.#deps;
    const line = this.#line(exchange);
    const back = await returns.ask(line.stream, key);
    const id = back?.id ?? hub.newId('ses');
    const cause = recordHead(this.#deps, exchange, 'sse', 200, id);
    if (!line.stream.open) return;
    if (back) return this.#goOn(line, back, undefined);
    const session = await registry.open('sse', key, exchange.request, id, cause).catch((error: unknown) => {
      line.stream.end('No session could be opened.');
      throw error;
    });
    if (!line.stream.open) return;
    this.#begin(line, session);
    heirs.returned(session);
  }

  #line({ response }: Exchange): Line {
    const { registry, keepAlive, frames, streamQueueBytes } = this.#deps;
    let gone: ((reason: string) => void) | undefined;
    const stream = new EventStream(response, { queueCapBytes: streamQueueBytes, onEnd: (reason) => gone?.(reason) });
    return {
      stream,
      belongTo(session) {
        const release = keepStream({ stream, session, keepAlive, frames });
        gone = (reason) => {
          release();
          registry.drop(session, stream, reason);
        };
      },
    };
  }

  #begin({ stream, belongTo }: Line, session: AgentSession): void {
    belongTo(session);
    this.#sayEndpoint(stream, session, `id: ${session.mark()}\n`);
    session.attach(stream);
  }

  async #goOn({ stream, belongTo }: Line, session: AgentSession, lastEventId: string | undefined): Promise<void> {
    belongTo(session);
    // Missed messages come behind the endpoint event: before it, clients do not listen.
    this.#sayEndpoint(stream, session, '');
    await this.#deps.replayer.resume(session, stream, lastEventId);
    if (stream.open) await this.#deps.registry.resume(session);
  }

  #sayEndpoint(stream: EventStream, session: AgentSession, place: string): void {
    const endpoint = `/messages?sessionId=${session.id}`;
    stream.writeText(`event: endpoint\ndata: ${endpoint}\nretry: ${RETRY_MS}\n${place}\n`);
    this.#deps.frames.record({
      sessionId: session.id,
      wire: 'sse',
      direction: 'out',
      kind: 'sse',
      label: 'endpoint',
      sizeBytes: endpoint.length,
      body: endpoint,
    });
  }

  #notAllowed(exchange: Exchange, allow: string, what: string): void {
    recordHead(this.#deps, exchange, 'sse', 405, undefined, 'bad_request');
    sendJson(exchange.response, 405, errorBody(new HubError('bad_request', what)), { Allow: allow });
  }
}

/** The session that the query of `/messages` names, or nothing. */
function sessionIdOf(query: string): string {
  // As we gave the address; some clients add to it, or write it anew.
  if (/^sessionId=\w+$/u.test(query)) return query.slice('sessionId='.length);
  return new URLSearchParams(query).get('sessionId') ?? '';
}

const accepted = { 'Content-Type': 'text/plain', 'Content-Length': 8 } as const;
