import { HubError } from '../../../../protocol/errors.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import { secretOf } from '../../../http/auth.ts';
import { whenCut } from '../../../http/cut-answers.ts';
import { accepts } from '../../../http/media-type.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { SessionWireDeps } from '../../requests/dispatcher.ts';
import { givenName, wrongAgent } from '../../requests/agent-name.ts';
import {
  authenticated,
  type Exchange,
  receivedJson,
  refuseHead,
  refuse,
  refuseAccept,
  refuseProblem,
  refuseSession,
  sessionDenied,
} from '../../requests/edge.ts';
import { EventStream } from '../../stream/event-stream.ts';
import { keepStreamAlive } from '../../sessions/keep-stream-alive.ts';
import { batchTexts } from '../../rpc/batch-texts.ts';
import { batchProblem, postedMessages, requestIdsIn } from '../../rpc/posted.ts';
import { parseEventId } from '../../replay/kept.ts';
import { refusalText, type RpcMessage } from '../../rpc/rpc.ts';
import type { SessionReturn } from './session-return.ts';
import type { SessionTakeover } from './session-takeover.ts';
import { streamOptions } from '../../requests/stream-options.ts';

export interface SseDeps extends SessionWireDeps {
  readonly sessionReturn: SessionReturn;
  readonly takeover: SessionTakeover;
}

/** How soon a client that lost its stream should come back, in ms (`retry:` of server-sent events). */
const RETRY_MS = 1_000;

/** An open stream; its session may become known later. */
interface OpenStream {
  readonly stream: EventStream;
  assignTo(session: AgentSession): void;
}

/**
 * The wire of revision 2024-11-05, "HTTP with SSE": `GET /sse` opens the stream, whose first event
 * says where to POST; requests are POSTed there and answered on the stream.
 *
 * Beyond the specification every message has an event id, so that a client which reconnects with
 * `Last-Event-ID` (each EventSource does so by itself) goes on in its session where it was. Clients that
 * reconnect without it are found by {@link SessionReturn}, or taken for new ones ({@link SessionTakeover}).
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
    if (!accepts(request.headers.accept, 'text/event-stream')) {
      return refuseAccept(this.#deps, exchange, 'sse', 'GET /sse opens a stream: send "Accept: text/event-stream".');
    }
    if (!EventStream.canStream(request, response)) {
      return refuse(this.#deps, exchange, 'sse', new HubError('bad_request', 'A stream needs HTTP/1.1.'));
    }
    const named = await this.#named(exchange, key);
    const name = givenName(exchange);
    if (name instanceof HubError) return refuse(this.#deps, exchange, 'sse', name);
    const other = named && wrongAgent(this.#deps.hub, exchange, named.session);
    if (other) return refuse(this.#deps, exchange, 'sse', other, named.session.id);
    if (!named && this.#deps.sessionReturn.mayReturn(request, key, name))
      return this.#askForSession(exchange, key, name);
    const id = named?.session.id ?? this.#deps.hub.newId('ses');
    const cause = exchange.tap.id;
    const session = named?.session ?? (await this.#deps.registry.open('sse', key, request, { id, name, cause }));
    exchange.tap.owner = session;
    if (response.destroyed) return; // left while the session was being written down
    const opened = this.#openStream(exchange, key);
    if (named) return this.#resume(opened, session, named.lastEventId);
    this.#begin(opened, session);
    this.#deps.takeover.onOpened(session);
  }

  /**
   * POST `/messages?sessionId=…`: takes messages and answers 202 at once; their answers go to the stream.
   *
   * The order of the steps is part of the contract:
   *
   * 1. `authenticated`: the key of this very request, for one that opened the session may be revoked.
   * 2. The session: it exists, is on this wire and is the key's. Before the body, which is not read for
   *    somebody who may not send one.
   * 3. `receivedJson`: media type, size, time, UTF-8, depth, JSON.
   * 4. `batchProblem`, `postedMessages`: all messages are well-formed, or none is handled.
   * 5. 202: clients wait for it before they look at the stream.
   * 6. `sessionReturn`, then `takeover`: before any message is handled, as its first request must find
   *    the subscriptions and the client that the session takes over.
   * 7. The dispatcher, message by message: frame, `session.begin`, method, `session.finish`, answer.
   */
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
    const other = wrongAgent(this.#deps.hub, exchange, session);
    if (other) return refuse(this.#deps, exchange, 'sse', other, session.id);
    const received = await receivedJson(this.#deps, exchange, 'sse');
    if (!received) return;
    const messages = batchProblem(received.json, session.protocolVersion) ?? postedMessages(received.json);
    if ('kind' in messages) {
      // Most clients look at the stream only: without an answer there, a call would wait for ever.
      const { error, rpcCode } = messages;
      for (const each of requestIdsIn(received.json)) session.send(refusalText(each, error, rpcCode), each);
      return refuseProblem(this.#deps, exchange, 'sse', messages, session.id);
    }
    exchange.tap.owner = session;
    if (!Array.isArray(received.json)) exchange.tap.bodyIsMessage();
    response.writeHead(202, accepted);
    response.end('Accepted', 'latin1');
    this.#deps.sessionReturn.onMessages(session, messages);
    this.#deps.takeover.onMessages(session, messages);
    session.address = exchange.address;
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
    const secret = secretOf(exchange.response);
    const name = session.actor.agent === undefined ? givenName(exchange) : undefined;
    const texts = messages.length === 1 ? [text] : batchTexts(text);
    dispatcher.handleAll({ session, key, exchange, messages, texts }, (message) => {
      const answers = message.kind === 'request' ? message.id : undefined;
      return {
        secret,
        ...(typeof name === 'string' ? { name } : {}),
        answer: (json, frame) => session.send(json, answers, frame),
        notify: (json) => session.send(json),
      };
    });
  }

  /** The session that `Last-Event-ID` names, if it is the key's. */
  async #named(exchange: Exchange, key: KeyState): Promise<{ session: AgentSession; lastEventId: string } | undefined> {
    const lastEventId = exchange.request.headers['last-event-id'];
    const place = typeof lastEventId === 'string' ? parseEventId(lastEventId) : undefined;
    if (!place || typeof lastEventId !== 'string') return undefined;
    const session = this.#deps.registry.find(place.sessionId, 'sse', key);
    if (!(session instanceof HubError)) return { session, lastEventId };
    exchange.tap.code = session.code;
    await sessionDenied(this.#deps, key, place.sessionId, session, exchange.tap.id);
    return undefined;
  }

  /** Opens a stream for a client that may have had one before, and asks it for its session. */
  async #askForSession(exchange: Exchange, key: KeyState, name: string | undefined): Promise<void> {
    const { registry, sessionReturn, takeover, hub } = this.#deps;
    const opened = this.#openStream(exchange, key);
    const { stream } = opened;
    const known = await sessionReturn.ask(stream, key);
    const id = known?.id ?? hub.newId('ses');
    const cause = exchange.tap.id;
    if (!stream.open) return;
    if (known) {
      exchange.tap.owner = known;
      return this.#resume(opened, known);
    }
    const session = await registry.open('sse', key, exchange.request, { id, name, cause }).catch((error: unknown) => {
      stream.end('No session could be opened.');
      throw error;
    });
    exchange.tap.owner = session;
    if (!stream.open) return;
    this.#begin(opened, session);
    takeover.onUnnamed(session);
  }

  #openStream(exchange: Exchange, { id: keyId }: KeyState): OpenStream {
    const { response } = exchange;
    const { registry, keepAlive } = this.#deps;
    let gone: ((reason: string) => void) | undefined;
    let answers: AgentSession | undefined;
    const secret = secretOf(response);
    whenCut(response, {
      end: (why, reason) => {
        answers?.cutOff(why, (running) => running.secret === secret);
        stream.refuse(why, reason);
      },
      isOfSession: true,
    });
    const stream: EventStream = new EventStream(response, {
      ...streamOptions(this.#deps, exchange, keyId),
      onEnd: (reason) => gone?.(reason),
    });
    return {
      stream,
      assignTo(session) {
        answers = session;
        const release = keepStreamAlive(stream, keepAlive);
        gone = (reason) => {
          release();
          registry.drop(session, stream, reason);
        };
      },
    };
  }

  #begin({ stream, assignTo }: OpenStream, session: AgentSession): void {
    assignTo(session);
    this.#sendEndpoint(stream, session, `id: ${session.mark()}\n`);
    session.attach(stream);
  }

  async #resume({ stream, assignTo }: OpenStream, session: AgentSession, lastEventId?: string): Promise<void> {
    assignTo(session);
    // Missed messages come behind the endpoint event: before it, clients do not listen.
    this.#sendEndpoint(stream, session, '');
    await this.#deps.replayer.resume(session, stream, lastEventId);
    if (stream.open) await this.#deps.registry.resume(session);
  }

  #sendEndpoint(stream: EventStream, session: AgentSession, place: string): void {
    const endpoint = `/messages?sessionId=${session.id}`;
    stream.writeText(`event: endpoint\ndata: ${endpoint}\nretry: ${RETRY_MS}\n${place}\n`);
  }

  #notAllowed(exchange: Exchange, allow: string, what: string): void {
    refuseHead(this.#deps, exchange, 'sse', { status: 405, what, allow });
  }
}

/** The session that the query of `/messages` names, or nothing. */
function sessionIdOf(query: string): string {
  // The address as we gave it; some clients add to it, or encode it again.
  if (/^sessionId=\w+$/u.test(query)) return query.slice('sessionId='.length);
  return new URLSearchParams(query).get('sessionId') ?? '';
}

const accepted = { 'Content-Type': 'text/plain', 'Content-Length': 8 } as const;
