import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FrameInput, FrameParty, SharedInput } from '../../recorder/frame-input.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { FrameOutcome } from '../../protocol/frame-record.ts';
import type { Wire } from '../../protocol/wire-names.ts';

/** Whose exchange it is: a session, which may get its name later. */
export interface TapOwner {
  readonly actor: FrameParty;
}

/** What is known of a message that goes out besides its text. */
export type OutFrame = Pick<
  FrameInput,
  'kind' | 'method' | 'tool' | 'subject' | 'rpcId' | 'code' | 'outcome' | 'replyTo' | 'latencyMs' | 'workspace'
>;

/** Largest body that is kept of a request whose head was refused, in bytes. */
const UNREAD_BYTES = 64 * 1024;

/**
 * What only the person's browser asks for: the desk's own page, and that of a login, which looks again and again.
 * `/api/connect-key` is asked for by `signalbox connect`.
 */
const DESK = /^\/(?:assets\/|agent\/authorize\/|api\/(?:login|logout|logout-all|whoami)$)/u;

/** The page asks here whether the person is logged in; a "no" is not shown as a refusal. */
const WHOAMI = '/api/whoami';

/** Whose the last exchange of a connection was: probably the next one's too. */
const lastOwners = new WeakMap<object, TapOwner>();

/** What the taps use of the recorder. */
export type TapRecorder = Pick<Recorder, 'record' | 'recordShared' | 'update' | 'idOf'>;

/**
 * Records one HTTP exchange: its request's head when it came, its answer's head when that was sent, bodies that are no
 * messages, and the messages and server-sent events that it carries. The desk's own exchanges are recorded if they are
 * refused or fail: each page that a person opens is fifty more, and none is an agent's.
 */
export class ExchangeTap {
  /** Whose it is, once that is known; of a request without a session its key's. */
  owner: TapOwner | undefined;
  wire: Wire | undefined;
  code: string | undefined;
  /** Whether bodies are kept: not those of files, and not the desk's own. */
  keepsBodies = true;
  readonly #recorder: TapRecorder;
  /** Whether somebody reads the request's body; what nobody reads is kept as it comes, behind a refusal. */
  isBodyRead = false;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #startedAt: number;
  readonly #elapsed: () => number;
  #n: number | undefined;
  #isStream = false;
  #body: string | Uint8Array | undefined;
  #answer: string | Uint8Array | undefined;
  #isHeadSaid = false;
  #isOver = false;

  /** Begins with the request's head. @param elapsed ms on the clock that never jumps */
  constructor(recorder: TapRecorder, request: IncomingMessage, response: ServerResponse, elapsed: () => number) {
    this.#recorder = recorder;
    this.#request = request;
    this.#response = response;
    this.#elapsed = elapsed;
    this.#startedAt = elapsed();
    if (!isDesks(request)) this.#n = this.#begin();
    response.on('close', () => this.#ended());
  }

  /** Number of its frame. */
  get n(): number {
    this.#n ??= this.#begin();
    return this.#n;
  }

  /** Id of its frame, which is the cause of what it leads to. */
  get id(): string {
    return this.#recorder.idOf(this.n);
  }

  get party(): FrameParty | undefined {
    return this.owner?.actor;
  }

  /** The request's body as it came. */
  tookBody(body: string | Uint8Array): void {
    if (this.keepsBodies) this.#body = body;
  }

  /** The request's body is one message, which has a frame of its own: it is not kept twice. */
  bodyIsMessage(): void {
    this.#body = undefined;
  }

  /** The whole body of the answer; its head has been made. */
  sentBody(body: string | Uint8Array): void {
    if (!this.keepsBodies) return;
    if (body.length > 0) this.#answer = body;
    if (!this.isBodyRead) this.#readBody();
    // On a connection with an open stream an answer may wait behind that for long.
    const { statusCode } = this.#response;
    if (statusCode >= 400) this.#update(statusCode >= 500 ? 'error' : 'refused');
  }

  /** Records a message of the answer, and that the body is that message: it is not kept twice. */
  message(frame: OutFrame, text: string, { isBody = true }: { readonly isBody?: boolean } = {}): number {
    if (isBody) this.keepsBodies = false;
    return this.#record({ ...frame, direction: 'out', body: { form: 'text', text } });
  }

  /** Records something that is written on its stream. */
  written(frame: Omit<FrameInput, 'direction' | 'party' | 'wire' | 'exchange'>): number {
    return this.#record({ ...frame, direction: 'out' });
  }

  /** Records that a message to many is written on its stream too. */
  shared(frame: SharedInput): number {
    return this.#recorder.recordShared(frame, this);
  }

  /** The head of a stream was sent, which stays open. */
  streams(): void {
    this.#isStream = true;
    this.#update('pending');
  }

  /** The body of a request that was refused by its head: it would be thrown away. */
  #readBody(): void {
    const request = this.#request;
    const length = Number(request.headers['content-length'] ?? 0);
    if (request.readableFlowing !== null || !(length > 0 && length <= UNREAD_BYTES)) return;
    this.isBodyRead = true;
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.once('close', () => {
      if (pieces.length === 0) return;
      this.#body = Buffer.concat(pieces);
      // Behind the end of the exchange it is said by itself.
      if (this.#isOver) this.#ended();
    });
  }

  #begin(): number {
    const request = this.#request;
    return this.#recorder.record(
      {
        kind: 'exchange',
        direction: 'in',
        method: request.method ?? '',
        subject: pathOf(request),
        outcome: 'pending',
        sizeBytes: Number(request.headers['content-length'] ?? 0) || 0,
      },
      headOf(request),
      lastOwners.get(request.socket)?.actor.key,
    );
  }

  #record(frame: FrameInput): number {
    return this.#recorder.record({ ...frame, party: this.party, wire: this.wire, exchange: this.n });
  }

  #ended(): void {
    this.#isOver = true;
    if (this.owner) lastOwners.set(this.#request.socket, this.owner);
    const { headersSent, statusCode, writableFinished } = this.#response;
    if (!headersSent) return this.#update('aborted');
    if (statusCode >= 400) return this.#update(statusCode >= 500 ? 'error' : 'refused');
    // A stream ends when its reader leaves.
    this.#update(writableFinished || this.#isStream ? 'ok' : 'aborted');
  }

  #update(outcome: FrameOutcome): void {
    const isNews = outcome === 'error' || outcome === 'refused';
    if (this.#n === undefined && (!isNews || pathOf(this.#request) === WHOAMI)) return;
    const response = this.#response;
    const { headersSent } = response;
    const isFirst = headersSent && !this.#isHeadSaid;
    if (isFirst) this.#isHeadSaid = true;
    this.#recorder.update({
      n: this.n,
      party: this.party,
      wire: this.wire,
      status: headersSent ? response.statusCode : undefined,
      outcome,
      code: this.code,
      latencyMs: outcome === 'pending' ? undefined : this.#elapsed() - this.#startedAt,
      head: isFirst ? sentHead(response) : undefined,
      body: this.#body,
      answer: this.#answer,
    });
    this.#body = undefined;
    this.#answer = undefined;
  }
}

/** The tap of an exchange, by its answer. */
export function tapOf(response: unknown): ExchangeTap | undefined {
  const { tap } = response as { readonly tap?: unknown };
  return tap instanceof ExchangeTap ? tap : undefined;
}

/** Whether the desk's page asks, as far as the head tells: a browser for the page itself, or that page for its parts. */
function isDesks(request: IncomingMessage): boolean {
  const path = pathOf(request);
  return path === '/' ? (request.headers.accept?.includes('text/html') ?? false) : DESK.test(path);
}

/** The address of a request without its query. */
function pathOf({ url = '' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark === -1 ? url : url.slice(0, mark);
}

/** The head of a request: as it was sent, but for spaces around the values. */
function headOf({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): string {
  let head = `${method} ${url} HTTP/${httpVersion}`;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) head += `\r\n${rawHeaders[at]}: ${rawHeaders[at + 1]}`;
  return head;
}

/** The head of an answer, byte for byte: Node keeps the text that it writes. */
function sentHead(response: ServerResponse): string {
  const { _header: head } = response as ServerResponse & { readonly _header?: string | null };
  return head ?? `HTTP/1.1 ${response.statusCode}`;
}
