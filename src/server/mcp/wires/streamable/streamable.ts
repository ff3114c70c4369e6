import { HubError } from '../../../../protocol/errors.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import { accepts } from '../../../http/media-type.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { SessionWireDeps } from '../../requests/dispatcher.ts';
import { givenName, wrongAgent } from '../../requests/agent-name.ts';
import { type Exchange, refuse, refuseHead, refuseProblem, refuseSession } from '../../requests/edge.ts';
import { EventStream } from '../../stream/event-stream.ts';
import { keepStreamAlive } from '../../sessions/keep-stream-alive.ts';
import { batchProblem, initializeIn, postedMessages } from '../../rpc/posted.ts';
import { PostReplies } from './post-replies.ts';
import { isSessionVersion, sessionVersions, takesPriming } from '../../rpc/protocol-versions.ts';
import { parseEventId } from '../../replay/kept.ts';
import { streamOptions } from '../../requests/stream-options.ts';

/**
 * The wire of revisions 2025-03-26 to 2025-11-25: Streamable HTTP on one address, with a session that
 * `initialize` opens and the header `Mcp-Session-Id` names.
 */
export class StreamableWire {
  readonly #deps: SessionWireDeps;
  readonly #replies: PostReplies;

  constructor(deps: SessionWireDeps) {
    this.#deps = deps;
    this.#replies = new PostReplies(deps);
  }

  /** POST: one message, or a batch where the revision has them. The body has been read and parsed. */
  async post(exchange: Exchange, key: KeyState, text: string, json: unknown): Promise<void> {
    const batch = Array.isArray(json);
    const messages = postedMessages(json);
    if ('kind' in messages) return refuseProblem(this.#deps, exchange, 'streamable', messages);
    const opening = initializeIn(messages);
    if (opening?.kind === 'problem') return refuseProblem(this.#deps, exchange, 'streamable', opening);
    // After a restart, clients send `initialize` with the id that they had: they want a new session.
    const session = opening ? await this.#open(exchange, key) : await this.#session(exchange, key);
    if (!session) return;
    const wrong = batchProblem(json, session.protocolVersion);
    if (wrong) return refuseProblem(this.#deps, exchange, 'streamable', wrong, session.id);
    await this.#deps.registry.resume(session);
    session.address = exchange.address;
    this.#replies.begin({ exchange, session, key, messages, text, batch, opensSession: opening !== undefined });
  }

  /** GET: the session's stream for notifications, or the rest of a reply whose stream was lost. */
  async get(exchange: Exchange, key: KeyState): Promise<void> {
    const { request, response } = exchange;
    if (!accepts(request.headers.accept, 'text/event-stream')) {
      const what = 'GET /mcp opens a stream: send "Accept: text/event-stream".';
      return refuseHead(this.#deps, exchange, 'streamable', { status: 406, what });
    }
    const session = await this.#session(exchange, key);
    if (!session) return;
    if (!EventStream.canStream(request, response)) {
      return refuse(
        this.#deps,
        exchange,
        'streamable',
        new HubError('bad_request', 'A stream needs HTTP/1.1.'),
        session.id,
      );
    }
    const lastEventId = request.headers['last-event-id'];
    const place = typeof lastEventId === 'string' ? parseEventId(lastEventId) : undefined;
    if (place && place.sessionId !== session.id) {
      return refuse(
        this.#deps,
        exchange,
        'streamable',
        new HubError('bad_request', 'Last-Event-ID is of another session; leave it out.'),
        session.id,
      );
    }
    if (place && this.#replies.resume(exchange, session, place)) return;
    await this.#stream(exchange, session, place && typeof lastEventId === 'string' ? lastEventId : undefined);
  }

  /** DELETE: the client ends its session. */
  async delete(exchange: Exchange, key: KeyState): Promise<void> {
    const session = await this.#session(exchange, key);
    if (!session) return;
    const cause = exchange.tap.id;
    await this.#deps.registry.close(session.id, 'The agent ended it.', {
      actor: session.actor,
      cause,
    });
    exchange.response.writeHead(200, { 'Content-Length': 0 });
    exchange.response.end();
  }

  /** The session that the headers name; `undefined` where there is none and the request has been refused. */
  async #session(exchange: Exchange, key: KeyState): Promise<AgentSession | undefined> {
    const { 'mcp-session-id': id, 'mcp-protocol-version': version } = exchange.request.headers;
    if (typeof id !== 'string' || id === '') {
      refuse(
        this.#deps,
        exchange,
        'streamable',
        new HubError(
          'bad_request',
          'The header Mcp-Session-Id is missing: send initialize first, and then the id that its answer carries.',
        ),
      );
      return undefined;
    }
    const session = this.#deps.registry.find(id, 'streamable', key);
    if (session instanceof HubError) {
      await refuseSession(this.#deps, exchange, 'streamable', session, key, id);
      return undefined;
    }
    exchange.tap.owner = session; // also what is refused below belongs to it
    if (typeof version === 'string' && !isSessionVersion(version)) {
      const what = `Revision ${JSON.stringify(version)} is not spoken here; MCP-Protocol-Version may be ${sessionVersions.join(', ')}.`;
      refuse(this.#deps, exchange, 'streamable', new HubError('bad_request', what), session.id);
      return undefined;
    }
    const other = wrongAgent(this.#deps.hub, exchange, session);
    if (!other) return session;
    refuse(this.#deps, exchange, 'streamable', other, session.id);
    return undefined;
  }

  /** Opens a session; its cause is the frame of this request's head. `undefined` has been refused. @throws HubError */
  async #open(exchange: Exchange, key: KeyState): Promise<AgentSession | undefined> {
    const { registry, hub } = this.#deps;
    const name = givenName(exchange);
    if (name instanceof HubError) {
      refuse(this.#deps, exchange, 'streamable', name);
      return undefined;
    }
    const id = hub.newId('ses');
    const cause = exchange.tap.id;
    return registry.open('streamable', key, exchange.request, { id, name, cause });
  }

  async #stream(exchange: Exchange, session: AgentSession, lastEventId: string | undefined): Promise<void> {
    const { registry, replayer, keepAlive } = this.#deps;
    let release = (): void => undefined;
    const stream: EventStream = new EventStream(
      exchange.response,
      {
        ...streamOptions(this.#deps, exchange, session.keyId),
        onEnd: (reason) => {
          release();
          registry.drop(session, stream, reason);
        },
      },
      { 'Mcp-Session-Id': session.id },
    );
    release = keepStreamAlive(stream, keepAlive);
    if (lastEventId !== undefined) {
      await replayer.resume(session, stream, lastEventId);
    } else {
      const missed = session.replay.unread();
      session.attach(stream);
      if (takesPriming(session.protocolVersion)) stream.writeText(`id: ${session.mark()}\nretry: 1000\ndata: \n\n`);
      session.resend(missed);
    }
    if (stream.open) await registry.resume(session);
  }
}
