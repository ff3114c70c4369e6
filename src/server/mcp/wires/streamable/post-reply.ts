import type { ServerResponse } from 'node:http';
import type { Timers } from '../../../../hub/timers.ts';
import type { UnreadAnswers } from '../../../http/unread-answers.ts';
import { unreadRefusal } from '../../requests/edge.ts';
import type { ExchangeTap, OutFrame } from '../../../taps/exchange-tap.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import { EventStream } from '../../stream/event-stream.ts';
import type { QueueRoom } from '../../../queue-room.ts';
import { KeptEvents } from './kept-events.ts';
import type { RpcId } from '../../../../protocol/json-rpc.ts';

export interface PostReplyOptions {
  readonly session: AgentSession;
  readonly response: ServerResponse;
  readonly tap: ExchangeTap;
  /** How many requests the POST held. */
  readonly requests: number;
  /** Whether the POST held a batch, which is answered by a list. */
  readonly batch: boolean;
  readonly accepts: { readonly json: boolean; readonly stream: boolean };
  /** Whether the client understands an event that has an id and no data (2025-11-25). */
  readonly priming: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly queueCapBytes: number;
  readonly queues: QueueRoom;
  readonly timers: Timers;
  readonly unread: UnreadAnswers;
  /** Keeps a stream alive; returns how to stop. */
  readonly keep: (stream: EventStream) => () => void;
  /** Called when the client has left and cannot fetch the answers that are still to come. */
  readonly onAbandoned: () => void;
  /** Called when more of it is kept than before. */
  readonly onKept: () => void;
  /** Called when its reader has taken all of it. */
  readonly onRead: () => void;
  /** Called once, when the reply is done or its session has ended. */
  readonly onEnd: () => void;
}

/** A call that takes longer is answered by a stream, so that the connection shows life. In ms. */
const STREAM_AFTER_MS = 1_000;

/** How soon a client that lost the stream should come back, in ms (`retry:` of server-sent events). */
const RETRY_MS = 1_000;

/**
 * The answer to one POST of Streamable HTTP: a JSON body if it is ready soon, else a stream of progress
 * and answers. The messages of a stream are numbered and kept: a client that loses it gets the rest by
 * GET with `Last-Event-ID`.
 */
export class PostReply {
  /** Names it in event ids: `<session>.<n>.p<number>`, where n counts its messages. */
  readonly number: number;
  readonly #options: PostReplyOptions;
  readonly #kept = new KeptEvents();
  readonly #answers: { readonly json: string; readonly id: RpcId; readonly frame: OutFrame }[] = [];
  #stream: EventStream | undefined;
  #streamed = false;
  #release: (() => void) | undefined;
  #timer: unknown;
  #done = false;
  #gone = false;
  #isRead = false;

  constructor(options: PostReplyOptions) {
    this.#options = options;
    options.session.replies += 1;
    this.number = options.session.replies;
    options.response.on('close', () => this.#left());
  }

  /** Chooses the form of the answer: a client that takes no JSON gets a stream at once. */
  start(): void {
    const { accepts, response, timers } = this.#options;
    if (!accepts.json) this.#openStream(response);
    else if (accepts.stream) this.#timer = timers.setTimeout(() => this.#openStream(response), STREAM_AFTER_MS);
  }

  get done(): boolean {
    return this.#done;
  }

  /** Whether it is done and the client's system has taken all of it. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Size of what is kept for a client that loses the stream. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /** The error `gone` takes the place of the largest kept answer; returns `false` when that would free nothing. */
  giveUp(): boolean {
    return this.#kept.giveUp(this.#options.session.id, this.number);
  }

  /** Sends a message that belongs to a request, if the client takes a stream. */
  notify(json: string): void {
    if (this.#done) return;
    if (!this.#streamed && this.#options.accepts.stream) this.#openStream(this.#options.response);
    if (this.#streamed) this.#event(json);
  }

  /** Sends the answer to one of the requests; the last one ends the reply. */
  answer(json: string, id: RpcId, frame: OutFrame): void {
    if (this.#done) return;
    this.#answers.push({ json, id, frame });
    const last = this.#answers.length === this.#options.requests;
    if (this.#streamed) this.#event(json, id, frame);
    if (!last) return;
    this.#done = true;
    if (!this.#streamed) this.#sendJson();
    this.#finish('It has been answered.');
  }

  /** The client that lost the stream is back: what follows the first `after` messages goes to `stream`. */
  resume(stream: EventStream, after: number): void {
    const old = this.#stream;
    this.#stream = stream;
    old?.cut('A newer stream took its place.');
    for (const chunk of this.#kept.after(after)) stream.answer(chunk);
    if (this.#done) stream.end('It has been answered.', () => this.#read());
  }

  /** The session ends. */
  end(reason: string): void {
    if (this.#done) return;
    this.#done = true;
    if (!this.#streamed && !this.#options.response.headersSent) this.#options.response.destroy();
    this.#finish(reason);
  }

  /** The connection of the stream is lost. */
  lost(stream: EventStream): void {
    if (this.#stream === stream) this.#stream = undefined;
  }

  #openStream(response: ServerResponse): void {
    if (this.#streamed || this.#done || response.socket === null || response.headersSent) return;
    const { session, queueCapBytes, queues, headers, keep, priming } = this.#options;
    this.#options.timers.clearTimeout(this.#timer);
    this.#streamed = true;
    const stream: EventStream = new EventStream(
      response,
      {
        queueCapBytes,
        keyId: session.keyId,
        queues,
        keepConnection: true,
        tap: this.#options.tap,
        onEnd: () => {
          this.#release?.();
          this.lost(stream);
        },
      },
      headers,
    );
    this.#stream = stream;
    this.#release = keep(stream);
    if (priming) stream.writeText(`id: ${session.id}.0.p${this.number}\nretry: ${RETRY_MS}\ndata: \n\n`);
    for (const { json, id, frame } of this.#answers) this.#event(json, id, frame); // of a batch, those that were quick
  }

  /** `answers`: id of the request that this message answers; absent for progress. */
  #event(json: string, answers?: RpcId, frame?: OutFrame): void {
    const chunk = this.#kept.add(this.#options.session.id, this.number, json, answers);
    this.#options.onKept();
    if (answers === undefined) this.#stream?.write(chunk);
    else this.#stream?.answer(chunk, frame);
  }

  #sendJson(): void {
    const { response, headers, batch, session, unread, tap } = this.#options;
    if (this.#gone) return;
    const body = batch ? `[${this.#answers.map(({ json }) => json).join(',')}]` : (this.#answers[0]?.json ?? '');
    unread.send({
      keyId: session.keyId,
      response,
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
      body,
      onSend: () => {
        for (const { json, frame } of this.#answers) tap.message(frame, json, { isBody: !batch });
      },
      refusal: () => {
        const refusals = this.#answers.map(({ id }) => unreadRefusal(id)).join(',');
        return batch ? `[${refusals}]` : refusals;
      },
    });
  }

  /**
   * The client has left. That cancels nothing (Streamable HTTP, "Sending Messages", 7), as it may come
   * back for the rest of a stream. Without an event id it cannot: then the reply is abandoned.
   */
  #left(): void {
    this.#gone = true;
    const canReturn = this.#streamed && (this.#options.priming || this.#kept.any);
    if (!this.#done && !canReturn) this.#options.onAbandoned();
  }

  #finish(reason: string): void {
    this.#options.timers.clearTimeout(this.#timer);
    this.#stream?.end(reason, () => this.#read());
    this.#options.onEnd();
  }

  #read(): void {
    this.#isRead = true;
    this.#options.onRead();
  }
}
