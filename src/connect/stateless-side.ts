import type { IncomingMessage } from 'node:http';
import { eventsOf } from './read-stream.ts';
import { hubErrorOf, isAway, lostOnTheWay } from './failures.ts';
import { ConnectionLost, isEventStream, textOfBody } from './http.ts';
import type { HubWithKey } from './hub-place.ts';
import { Listen } from './lasting-listen.ts';
import { PendingRequests, type PendingPost } from './pending.ts';
import { hasId, type Message, type RpcPart, statelessVersionOf } from './rpc-message.ts';
import { headersFor, isAboutAccess, hubRefusal, type SideDeps } from './side.ts';
import { standIn } from './stand-in.ts';

/** Parameters that name what a request is about, which a header repeats (2026-07-28, "Standard headers"). */
const NAMES: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** Revision 2026-07-28: each request stands alone, and is cancelled by leaving. */
export class StatelessSide {
  readonly #deps: SideDeps;
  readonly #pending: PendingRequests;

  constructor(deps: SideDeps) {
    this.#deps = deps;
    this.#pending = new PendingRequests({
      send: deps.send,
      stateless: true,
      onResult: (request, result) => void deps.known.keep(request, result, true),
    });
  }

  /** Takes a message of the client. */
  take(message: Message): void {
    const post = this.#pending.begin(message);
    const [part] = message.parts;
    if (!post || !part) return;
    void this.#serve(post, part).catch((error: unknown) => this.#failed(post, part, error));
  }

  /** Cancels a request; false where it is none of this side. */
  cancel(id: unknown): boolean {
    const post = this.#pending.of(id);
    post?.cancel();
    return post !== undefined;
  }

  /** Resolves when every request but subscriptions has its answer. */
  settled(): Promise<void> {
    return this.#pending.settled();
  }

  close(): void {
    this.#pending.abort();
  }

  async #serve(post: PendingPost, part: RpcPart): Promise<void> {
    if (part.method === 'subscriptions/listen' && hasId(part)) {
      const listen = new Listen({ ...this.#deps, post, request: part, ask: (place) => this.#ask(place, post, part) });
      return listen.run();
    }
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt === 1;
      let place: HubWithKey | undefined;
      try {
        place = await this.#deps.place.find();
        const response = await this.#ask(place, post, part);
        if ((response.statusCode ?? 0) < 300) return await this.#answer(post, response);
        const refusal = await hubRefusal(response);
        if (typeof refusal === 'string') return post.passOn(refusal);
        if (isAboutAccess(refusal)) this.#deps.place.forget(place);
        if (isLast || !isAboutAccess(refusal)) throw refusal;
      } catch (error) {
        if (!(error instanceof ConnectionLost) || post.signal.aborted) throw error;
        this.#deps.place.forget(place);
        if (error.sent && !post.isRepeatable) throw await lostOnTheWay(this.#deps.place);
        if (isLast) throw error;
      }
    }
  }

  #ask(place: HubWithKey, { message, signal }: PendingPost, part: RpcPart): Promise<IncomingMessage> {
    const { method = '', params } = part;
    const about = params?.[NAMES[method] ?? ''];
    const headers = {
      ...headersFor(place, this.#deps.place.name),
      'MCP-Protocol-Version': headerText(statelessVersionOf(part) ?? ''),
      'Mcp-Method': headerText(method),
      ...(typeof about === 'string' ? { 'Mcp-Name': headerText(about) } : {}),
    };
    return this.#deps.http.ask(`${place.url}/mcp`, { method: 'POST', headers, body: message.text, signal });
  }

  async #answer(post: PendingPost, response: IncomingMessage): Promise<void> {
    if (isEventStream(response)) {
      for await (const { data } of eventsOf(response, this.#deps.room)) if (data !== '') post.passOn(data);
    } else {
      const text = await textOfBody(response);
      if (text !== '') post.passOn(text);
    }
    if (!post.isAnswered) throw await lostOnTheWay(this.#deps.place);
  }

  async #failed(post: PendingPost, part: RpcPart, error: unknown): Promise<void> {
    if (post.signal.aborted) return;
    const refusal = hubErrorOf(error);
    this.#deps.log(`${refusal.code}: ${refusal.message}`);
    const result = isAway(refusal) && hasId(part) ? await standIn(this.#deps.known, part, true) : undefined;
    if (result && hasId(part)) post.answer(part.id, result);
    else post.fail(refusal);
  }
}

/** A header's text: as it is, or as the specification writes what a header cannot have. */
function headerText(text: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/u.test(text) && !/^=\?base64\?.*\?=$/iu.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}
