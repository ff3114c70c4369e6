import { HubError } from '../protocol/errors.ts';
import { errorLine, failureLine, hasId, type Message, readMessage, resultLine, type RpcPart } from './rpc-message.ts';
import type { RpcId } from '../protocol/json-rpc.ts';

/** Requests of a client that may be under way at once. */
export const MOST_PENDING = 256;

export interface PendingOptions {
  readonly send: (text: string) => void;
  /** Called with each request that the hub answered with a result. */
  readonly onResult: (request: RpcPart, result: Readonly<Record<string, unknown>>) => void;
  /** Whether the requests are those of 2026-07-28. */
  readonly stateless: boolean;
}

/** The requests of the client that have no answer yet, on one of the two sides of the bridge. */
export class PendingRequests {
  readonly #options: PendingOptions;
  readonly #posts = new Set<PendingPost>();

  constructor(options: PendingOptions) {
    this.#options = options;
  }

  /** Takes a message in; undefined, and refused to the client, where it has too much under way. */
  begin(message: Message): PendingPost | undefined {
    const post = new PendingPost(message, this.#options, () => this.#posts.delete(post));
    if (post.isAnswered) return post; // it asks for nothing
    const { size } = this.#posts;
    this.#posts.add(post);
    if (size < MOST_PENDING) return post;
    post.fail(
      new HubError(
        'limit_reached',
        `${MOST_PENDING} requests are under way on this connection; wait for answers before sending more.`,
        { retryAfterMs: 1_000 },
      ),
    );
    return undefined;
  }

  /** The post that has the request with this id. */
  of(id: unknown): PendingPost | undefined {
    return [...this.#posts].find((post) => post.asks(id));
  }

  /** Resolves when every request has its answer; subscriptions, which last, are not waited for. */
  async settled(): Promise<void> {
    await Promise.all([...this.#posts].flatMap((post) => (post.isLasting ? [] : [post.ended])));
  }

  /** Breaks everything off, without a word to the client. */
  abort(): void {
    for (const post of this.#posts) post.cancel();
  }
}

/** One message of the client on its way: a request, or in old revisions several. */
export class PendingPost {
  readonly message: Message;
  readonly #options: PendingOptions;
  /** Resolves when all of it is answered, or cancelled. */
  readonly ended: Promise<void>;
  readonly #onEnd: () => void;
  readonly #open = new Map<RpcId, RpcPart & { readonly id: RpcId }>();
  readonly #abort = new AbortController();

  constructor(message: Message, options: PendingOptions, onEnd: () => void) {
    this.message = message;
    this.#options = options;
    let end = onEnd;
    this.ended = new Promise((resolve) => {
      end = () => {
        onEnd();
        resolve();
      };
    });
    this.#onEnd = end;
    for (const part of message.parts) if (part.method !== undefined && hasId(part)) this.#open.set(part.id, part);
  }

  get isAnswered(): boolean {
    return this.#open.size === 0;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  asks(id: unknown): boolean {
    return this.#open.has(id as RpcId);
  }

  /** Whether its requests change nothing, so that they may be sent again. */
  get isRepeatable(): boolean {
    return this.message.parts.every(({ method }) => method !== 'tools/call');
  }

  get isLasting(): boolean {
    return this.message.parts.some(({ method }) => method === 'subscriptions/listen');
  }

  /** Passes on what the hub sent: an answer, or what belongs to it. Other texts are passed over. */
  passOn(text: string): void {
    const message = readMessage(text);
    if (!message || this.#abort.signal.aborted) return;
    const [part] = message.parts;
    // An error about the message as a whole names no request.
    if (message.parts.length === 1 && part?.method === undefined && part?.error !== undefined && !hasId(part)) {
      return this.#failAs(part.error);
    }
    this.#options.send(message.text);
    for (const one of message.parts) if (one.method === undefined && hasId(one)) this.#answered(one.id, one);
  }

  /** Answers it from the bridge itself. */
  answer(id: RpcId, result: unknown): void {
    if (!this.#open.has(id)) return;
    this.#options.send(resultLine(id, result));
    this.#close(id);
  }

  /** Answers what is open with a refusal. */
  fail(error: HubError): void {
    for (const request of [...this.#open.values()]) {
      if (!this.#abort.signal.aborted) this.#options.send(failureLine(request, error, this.#options.stateless));
      this.#close(request.id);
    }
  }

  /** The client does not want the answer any more. */
  cancel(): void {
    this.#abort.abort();
    for (const id of [...this.#open.keys()]) this.#close(id);
  }

  #failAs(error: unknown): void {
    for (const id of [...this.#open.keys()]) {
      this.#options.send(JSON.stringify({ jsonrpc: '2.0', id, error }));
      this.#close(id);
    }
  }

  #answered(id: RpcId, { result }: RpcPart): void {
    const request = this.#open.get(id);
    if (!request) return;
    if (result) this.#options.onResult(request, result);
    this.#close(id);
  }

  #close(id: RpcId): void {
    this.#open.delete(id);
    if (this.isAnswered) this.#onEnd();
  }
}

/** The answer to a line that is no message. */
export function noMessageText(): string {
  return errorLine(null, new HubError('bad_request', 'This is not a JSON-RPC message on a line of its own.'), -32_700);
}
