import type { IncomingMessage } from 'node:http';
import { eventsOf } from './read-stream.ts';
import { hubErrorOf, isAway, lostOnTheWay } from './failures.ts';
import { ConnectionLost, isEventStream, textOfBody } from './http.ts';
import type { HubWithKey } from './hub-place.ts';
import { HubSession, versionIn } from './hub-session.ts';
import { PendingRequests, type PendingPost } from './pending.ts';
import { hasId, type Message, type RpcPart } from './rpc-message.ts';
import { isAboutAccess, hubRefusal, type SideDeps } from './side.ts';
import { standIn } from './stand-in.ts';

/** How often the rest of an answer is fetched whose stream broke off. */
const MOST_RESUMES = 5;

/** Revisions that begin with `initialize`: Streamable HTTP with a session, which is opened again when it is lost. */
export class SessionSide {
  readonly #deps: SideDeps;
  readonly #pending: PendingRequests;
  readonly #session: HubSession;
  /** Messages that are being sent: a notification goes after them. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(deps: SideDeps) {
    this.#deps = deps;
    this.#session = new HubSession(deps);
    this.#pending = new PendingRequests({
      send: deps.send,
      stateless: false,
      onResult: (request, result) => {
        this.#session.agreed(request);
        void deps.known.keep(request, result, false);
      },
    });
  }

  /** Takes a message of the client. */
  take(message: Message): void {
    const [first] = message.parts;
    if (first?.method === 'notifications/cancelled') return this.#cancel(message, first);
    const post = this.#pending.begin(message);
    if (!post) return;
    void this.#serve(post, first).catch((error: unknown) => this.#failed(post, error));
  }

  /** Resolves when every request has its answer. */
  settled(): Promise<void> {
    return this.#pending.settled();
  }

  async close(): Promise<void> {
    this.#pending.abort();
    await this.#session.close();
  }

  async #serve(post: PendingPost, first: RpcPart | undefined): Promise<void> {
    if (first?.method === 'initialize') {
      this.#session.greet(first);
      return post.passOn(await this.#session.openFor(post.message.text, post.signal));
    }
    if (first?.method === 'ping' && hasId(first)) return post.answer(first.id, {}); // the bridge is there
    if (first?.method === 'notifications/initialized') {
      await this.#pass(post).finally(() => this.#session.ready());
      return;
    }
    await this.#pass(post);
  }

  async #pass(post: PendingPost): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt === 1;
      let place: HubWithKey | undefined;
      try {
        const id = await this.#session.id();
        place = await this.#deps.place.find();
        const response = await this.#send(post, place, id);
        if ((response.statusCode ?? 0) < 300) return await this.#answer(post, response);
        const refusal = await hubRefusal(response);
        if (typeof refusal === 'string') return post.passOn(refusal);
        const isUnknown = refusal.code === 'session_unknown' && id !== undefined;
        if (isUnknown) this.#session.lose(id);
        if (isAboutAccess(refusal)) this.#deps.place.forget(place);
        if (isLast || !(isUnknown || isAboutAccess(refusal))) throw refusal;
      } catch (error) {
        if (!(error instanceof ConnectionLost) || post.signal.aborted) throw error;
        this.#deps.place.forget(place);
        if (error.sent && !post.isRepeatable) throw await lostOnTheWay(this.#deps.place);
        if (isLast) throw error;
      }
    }
  }

  async #send(post: PendingPost, place: HubWithKey, id: string | undefined): Promise<IncomingMessage> {
    if (post.isAnswered) await Promise.allSettled(this.#leaving);
    let onSent = (): void => undefined;
    const sent = new Promise<void>((resolve) => (onSent = resolve));
    this.#leaving.add(sent);
    try {
      return await this.#session.send(place, id, post.message.text, { signal: post.signal, onSent });
    } finally {
      onSent();
      this.#leaving.delete(sent);
    }
  }

  async #answer(post: PendingPost, response: IncomingMessage): Promise<void> {
    if (!isEventStream(response)) {
      const text = await textOfBody(response);
      if (text !== '') post.passOn(text);
    } else {
      let last = await this.#readStream(post, response, undefined);
      for (let tries = 0; !post.isAnswered && last !== undefined && tries < MOST_RESUMES; tries++) {
        const rest = await this.#session.resume(last, post.signal);
        if (!rest) break;
        last = await this.#readStream(post, rest, last);
      }
    }
    if (!post.isAnswered) throw await lostOnTheWay(this.#deps.place);
  }

  /** Passes on what comes. Answers the id of the last event, from which the rest can be fetched. */
  async #readStream(post: PendingPost, stream: IncomingMessage, from: string | undefined): Promise<string | undefined> {
    let last = from;
    try {
      for await (const { id, data } of eventsOf(stream, this.#deps.room)) {
        last = id ?? last;
        if (data !== '') post.passOn(data);
      }
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
    }
    return last;
  }

  /** Tells the hub, and lets the answer go: none may come any more. */
  #cancel(message: Message, { params }: RpcPart): void {
    const post = this.#pending.of(params?.['requestId']);
    const left = Promise.allSettled(this.#leaving).then(async () => {
      const place = await this.#deps.place.find();
      (await this.#session.send(place, await this.#session.id(), message.text)).resume();
    });
    // While the hub is away, the call is lost as well.
    void left.catch(() => undefined).finally(() => post?.cancel());
  }

  async #failed(post: PendingPost, error: unknown): Promise<void> {
    if (post.signal.aborted) return;
    const refusal = hubErrorOf(error);
    this.#deps.log(`${refusal.code}: ${refusal.message}`);
    const [request, ...others] = post.message.parts;
    if (isAway(refusal) && request && hasId(request) && others.length === 0) {
      const result = await standIn(this.#deps.known, request, false);
      if (result) {
        this.#session.stoodIn(request.method === 'initialize' ? versionIn(result) : undefined);
        return post.answer(request.id, result);
      }
    }
    post.fail(refusal);
  }
}
