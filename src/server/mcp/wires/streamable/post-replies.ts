import type { KeyState } from '../../../../protocol/state.ts';
import { toolNamed } from '../../catalogue/tools/all-tools.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import { batchTexts } from '../../rpc/batch-texts.ts';
import { toolOf } from '../../rpc/tool-messages.ts';
import type { SessionWireDeps } from '../../requests/dispatcher.ts';
import { type Exchange, refuseAccept } from '../../requests/edge.ts';
import { EventStream } from '../../stream/event-stream.ts';
import { KeptReplies } from './kept-replies.ts';
import { keepStreamAlive } from '../../sessions/keep-stream-alive.ts';
import { PostReply } from './post-reply.ts';
import { takesPriming } from '../../rpc/protocol-versions.ts';
import type { Position } from '../../replay/kept.ts';
import type { RpcMessage } from '../../rpc/rpc.ts';
import { whenCut } from '../../../http/cut-answers.ts';
import { accepts } from '../../../http/media-type.ts';
import { streamOptions } from '../../requests/stream-options.ts';

/** What to send where `Accept` takes no form of an answer. */
const ACCEPT_BOTH = 'Send "Accept: application/json, text/event-stream".';

type PostRepliesDeps = Omit<SessionWireDeps, 'registry' | 'replayer'>;

/** A POST whose messages are well-formed and belong to a session. */
export interface Posted {
  readonly exchange: Exchange;
  readonly session: AgentSession;
  readonly key: KeyState;
  readonly messages: readonly RpcMessage[];
  readonly text: string;
  readonly batch: boolean;
  readonly opensSession: boolean;
}

/** Answers the POSTs of Streamable HTTP, and resumes replies whose stream was lost. */
export class PostReplies {
  readonly #deps: PostRepliesDeps;
  /** Weak: kept replies go with their session. */
  readonly #bySession = new WeakMap<AgentSession, KeptReplies<PostReply>>();

  constructor(deps: PostRepliesDeps) {
    this.#deps = deps;
  }

  begin({ exchange, session, key, messages, text, batch, opensSession }: Posted): void {
    const { dispatcher, keepAlive, hub, streamQueueBytes, inUse } = this.#deps;
    const { request, response } = exchange;
    const requests = messages.filter(({ kind }) => kind === 'request').length;
    const accept = {
      json: accepts(request.headers.accept, 'application/json'),
      stream: accepts(request.headers.accept, 'text/event-stream'),
    };
    if (requests > 0 && !accept.json && !accept.stream) {
      return refuseAccept(this.#deps, exchange, 'streamable', ACCEPT_BOTH, session.id);
    }
    exchange.tap.owner = session;
    if (!batch) exchange.tap.bodyIsMessage();
    let reply: PostReply | undefined;
    if (requests === 0) {
      response.writeHead(202, { 'Content-Length': 0 });
      response.end();
    } else {
      const made: PostReply = new PostReply({
        session,
        response,
        tap: exchange.tap,
        requests,
        batch,
        accepts: accept,
        priming: takesPriming(session.protocolVersion) && !opensSession,
        headers: { 'Mcp-Session-Id': session.id },
        queueCapBytes: streamQueueBytes,
        queues: inUse.streams,
        unread: this.#deps.unreadAnswers,
        timers: hub.timers,
        keep: (stream) => {
          this.#remember(session, made);
          return keepStreamAlive(stream, keepAlive);
        },
        onAbandoned: () => {
          for (const message of messages) {
            if (message.kind === 'request' && toolNamed(toolOf(message))?.effect === 'gives')
              session.cancel(message.id);
          }
        },
        onKept: () => this.#bySession.get(session)?.grown(),
        onRead: () => this.#bySession.get(session)?.read(),
        onEnd: () => {
          untie();
          this.#bySession.get(session)?.done(made);
        },
      });
      const untie = session.addPart(made);
      const ids = new Set(messages.flatMap((message) => (message.kind === 'request' ? [message.id] : [])));
      whenCut(response, { end: (why) => session.cutOff(why, ({ id }) => ids.has(id)), isOfSession: true });
      made.start();
      reply = made;
    }
    const texts = batch ? batchTexts(text) : [text];
    dispatcher.handleAll({ session, key, exchange, messages, texts }, (message) => ({
      answer: (json, frame) => {
        if (message.kind === 'request') reply?.answer(json, message.id, frame);
      },
      notify: (json) => reply?.notify(json),
    }));
  }

  /** Sends the rest of a reply to a client that came back by GET; `false` when the id is not one of a reply. */
  resume(exchange: Exchange, session: AgentSession, { seq, tag }: Position): boolean {
    if (!tag.startsWith('p')) return false;
    const reply = this.#bySession.get(session)?.get(Number(tag.slice(1)));
    const { keepAlive } = this.#deps;
    let release = (): void => undefined;
    const stream: EventStream = new EventStream(
      exchange.response,
      {
        ...streamOptions(this.#deps, exchange, session.keyId),
        keepConnection: true,
        onEnd: () => {
          release();
          reply?.lost(stream);
        },
      },
      { 'Mcp-Session-Id': session.id },
    );
    release = keepStreamAlive(stream, keepAlive);
    // A reply that is not kept any more: an empty stream shows the client that nothing follows.
    if (reply) reply.resume(stream, seq);
    else stream.end('There is nothing left to send on it.');
    return true;
  }

  #remember(session: AgentSession, reply: PostReply): void {
    let kept = this.#bySession.get(session);
    if (!kept) {
      const made = new KeptReplies<PostReply>(this.#deps.hub.timers, this.#deps.answerRoom, session.keyId);
      this.#bySession.set(session, made);
      session.whenEnded(() => made.close());
      kept = made;
    }
    kept.add(reply);
  }
}
