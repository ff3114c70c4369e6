import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FrameInput, SharedInput } from '../../../recorder/frame-input.ts';
import type { HubError } from '../../../protocol/errors.ts';
import { cutReason, whenCut } from '../../http/cut-answers.ts';
import { takenBytes } from '../../http/socket-progress.ts';
import type { ExchangeTap, OutFrame } from '../../taps/exchange-tap.ts';
import type { QueueRoom } from '../../queue-room.ts';
import { httpChunk, sseComment, sseError } from './http-chunk.ts';

/** Why a stream ended that the agent's side closed, or that broke. */
export const AGENT_CLOSED = 'The agent closed the connection.';

/** Headers of every stream: proxies must neither hold back, change nor compress it. */
const streamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** The first bytes of every stream, sent with its head: clients and proxies see at once that it is open. */
const openingComment = sseComment('signalbox');

/** After its stream's end, a reader that reads nothing for so long loses the rest. In ms. */
const LAST_READ_MS = 5_000;

/** Who takes nothing for so long while more than the cap waits is too slow. In ms. */
const SLOW_MS = 3_000;

/** How many times the cap may wait even for one who takes something. */
const MOST_CAPS = 2;

/**
 * Answers that may wait on one stream, in bytes: the client asked for them, so they do not count as its slowness.
 * Half of what is kept for a key: what a stream that is cut off did not bring must fit in there.
 */
const MOST_ANSWERS_BYTES = 8 * 1024 * 1024;

export interface EventStreamOptions {
  /** Bytes, answers aside, that may wait for a reader that takes nothing. */
  readonly queueCapBytes: number;
  /** Called once, whatever ended the stream. `reason` is in plain words. */
  readonly onEnd: (reason: string) => void;
  /** The owner of the stream; unread bytes count towards it until they are read or the connection is gone. */
  readonly keyId: string;
  readonly queues: QueueRoom;
  /**
   * Whether the connection stays open after the stream, as it should after the answer to one call.
   * Otherwise it is closed: a reader that is gone would keep its half open.
   */
  readonly keepConnection?: boolean;
  /** Records what is written. */
  readonly tap?: ExchangeTap | undefined;
}

/** What is known of what is written, besides its bytes: for a message to many its body is what they share. */
export type StreamFrame = OutFrame & Pick<FrameInput, 'seq' | 'sizeBytes' | 'body'>;

/**
 * An open `text/event-stream` response.
 *
 * Writes go to the socket, framed as chunks (see http-chunk.ts). A reader that leaves more than the
 * cap unread and takes nothing for some seconds is cut off: what it missed waits in the session's replay store, not
 * in a socket's queue. Answers do not count towards the cap: a client may ask for one that is larger.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #socket: Socket;
  readonly #options: EventStreamOptions;
  #open = true;
  /** Number of the frame of what was written last. */
  #frame = 0;
  /** Whether nothing of it can wait any more. */
  #isSettled = false;
  /** Bytes that waited after the last write that the system did not take whole; 0 once it has. */
  #behind: number | undefined;
  readonly #onDrain = (): void => {
    this.#behind = 0;
    this.#options.queues.update(this.#options.keyId, this, 0);
  };
  /** Bytes of answers that wait. */
  #answersBytes = 0;
  /** What the reader had taken when the cap was first passed, or last when it had taken more. */
  #overCap: { readonly taken: number; readonly since: number } | undefined;

  /** Sends the head and a first comment. The request must be HTTP/1.1 ({@link canStream}). */
  constructor(response: ServerResponse, options: EventStreamOptions, headers: Readonly<Record<string, string>> = {}) {
    this.#response = response;
    this.#options = options;
    if (options.keepConnection !== true) response.shouldKeepAlive = false; // sends "Connection: close"
    response.writeHead(200, { ...streamHeaders, ...headers });
    response.flushHeaders();
    const { socket } = response;
    if (!socket) throw new Error('A stream was opened on a response that has lost its connection');
    this.#socket = socket;
    response.on('close', () => {
      this.#ended(cutReason(socket) ?? AGENT_CLOSED);
      this.#settle();
    });
    whenCut(response, { end: (why, reason) => this.refuse(why, reason), isOfSession: true });
    options.tap?.streams();
    this.#record(openingComment, { kind: 'comment' });
    socket.write(openingComment);
  }

  /** Whether a stream can be answered: HTTP/1.0 has no chunks, and the connection must still be there. */
  static canStream(request: IncomingMessage, response: ServerResponse): boolean {
    return request.httpVersionMajor > 1 || request.httpVersionMinor >= 1 ? response.socket !== null : false;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Number of the frame of what was written last; 0 where nothing is recorded. */
  get lastFrame(): number {
    return this.#frame;
  }

  /** Bytes that the reader's side has not taken yet. */
  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** {@link queuedBytes}; on a lost connection, how many bytes were at most lost with it. */
  get unreadBytes(): number {
    return this.#socket.destroyed ? (this.#behind ?? 0) : this.#socket.writableLength;
  }

  /**
   * Writes framed chunks. Returns whether the operating system took all bytes up to here at once; if
   * not, {@link whenTaken} calls back when it has.
   */
  write(chunk: Uint8Array, second?: Uint8Array, frame?: StreamFrame): boolean {
    if (!this.#open) return false;
    const socket = this.#socket;
    if (this.#isTooSlow()) {
      this.cut(
        `The agent read too slowly: more than ${this.#options.queueCapBytes} bytes were waiting for it. It can come back and go on where it was.`,
      );
      return false;
    }
    this.#record(chunk, frame);
    let keepsUp: boolean;
    if (second === undefined) {
      keepsUp = socket.write(chunk);
    } else {
      socket.cork();
      socket.write(chunk);
      keepsUp = socket.write(second);
      socket.uncork();
    }
    if (!keepsUp) this.#fellBehind();
    return socket.writableLength === 0;
  }

  /** Writes the answer to a request, framed. It does not make the reader a slow one, up to a bound of its own. */
  answer(chunk: Uint8Array, frame?: OutFrame): void {
    if (!this.#open) return;
    if (this.#answersBytes > MOST_ANSWERS_BYTES) {
      return this.cut(
        `The agent asks for more than it reads: ${this.#answersBytes} bytes of answers were waiting for it. It can come back for them.`,
      );
    }
    this.#record(chunk, frame);
    this.#answersBytes += chunk.length;
    const keepsUp = this.#socket.write(chunk, () => (this.#answersBytes -= chunk.length));
    if (!keepsUp) this.#fellBehind();
  }

  /** Holds writes back until {@link release}: several messages of one turn then cost one system call. */
  hold(): void {
    this.#socket.cork();
  }

  release(): void {
    this.#socket.uncork();
  }

  /** Frames and writes a text. */
  writeText(text: string, frame?: OutFrame): boolean {
    return this.write(httpChunk(text), undefined, frame);
  }

  /** Calls back when what is queued now has been taken; never when the stream ends before. */
  whenTaken(callback: () => void): void {
    this.#socket.write('', () => {
      if (this.#open) callback();
    });
  }

  /** Resolves when nothing is queued any more, or nothing can be. */
  drained(): Promise<void> {
    if (!this.#open || this.#socket.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) =>
      this.#socket.write('', (error) => {
        // A lost connection shows here first: what was queued must not count as read.
        if (error) this.#ended(AGENT_CLOSED);
        resolve();
      }),
    );
  }

  /**
   * Ends the body in good order, after what is queued; a reader that reads nothing for 5 s loses that.
   * `onEnd` gets the reason. `onTaken` is called when the reader's system has taken all of it.
   */
  end(reason: string, onTaken?: () => void): void {
    if (!this.#open) return;
    if (onTaken) {
      this.#socket.write('', (error) => {
        if (!error) onTaken();
      });
    }
    this.#ended(reason);
    this.#response.end();
    if (this.#options.keepConnection === true) return;
    const socket = this.#socket;
    socket.destroySoon();
    if (socket.writableLength > 0) socket.setTimeout(LAST_READ_MS, () => socket.destroy());
  }

  /** {@link end} with an `error` event that says why, for clients that look at it. */
  refuse(why: HubError, reason: string): void {
    this.writeText(sseError(why));
    this.end(reason);
  }

  /** Ends at once and drops what is queued, also of a stream that has ended and is not read to its end. */
  cut(reason: string): void {
    if (this.#isSettled) return;
    this.#ended(reason);
    this.#settle();
    this.#socket.destroy();
  }

  /** Without a frame the recorder reads what it is from the bytes. */
  #record(chunk: Uint8Array, frame: StreamFrame | undefined): void {
    const { tap } = this.#options;
    if (!tap) return;
    this.#frame =
      frame && isShared(frame)
        ? tap.shared(frame)
        : tap.written({ kind: 'found', body: { form: 'sse', chunk }, ...frame });
  }

  /** Notes what is queued: a socket that is destroyed does not say any more. */
  #fellBehind(): void {
    if (this.#behind === undefined) this.#socket.on('drain', this.#onDrain);
    this.#behind = this.#socket.writableLength;
    this.#options.queues.update(this.#options.keyId, this, this.#behind);
  }

  #ended(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#options.tap?.written({ kind: 'close', subject: reason });
    this.#options.onEnd(reason);
  }

  /** The connection may go on after the stream, and would hold on to it. */
  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#socket.off('drain', this.#onDrain);
    this.#options.queues.update(this.#options.keyId, this, 0);
  }

  /** Whether more waits than may, answers aside: for long without anything taken, or whatever is taken. */
  #isTooSlow(): boolean {
    const waiting = this.#socket.writableLength - this.#answersBytes;
    const { queueCapBytes } = this.#options;
    if (waiting <= queueCapBytes) {
      this.#overCap = undefined;
      return false;
    }
    if (waiting > queueCapBytes * MOST_CAPS) return true;
    const taken = takenBytes(this.#socket);
    if (this.#overCap?.taken !== taken) this.#overCap = { taken, since: performance.now() };
    return performance.now() - this.#overCap.since > SLOW_MS;
  }
}

function isShared(frame: StreamFrame): frame is StreamFrame & SharedInput {
  return frame.kind !== 'found' && frame.body?.form === 'shared';
}
