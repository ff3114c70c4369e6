import type { WebSocket } from 'ws';
import type { Channel } from '../../../protocol/api.ts';
import type { Timers } from '../../../hub/timers.ts';
import type { Push } from './push.ts';

/** A channel that can send a push made once for all dashboards. */
export interface PushChannel extends Channel {
  close(reason?: CloseReason): void;
  push(push: Push): void;
}

/** Why a hub ends a channel, as `CloseEvent.reason`, with its code of the private range. */
export const CLOSE_CODES = {
  bad_request: 4000,
  hub_closed: 4001,
  signed_out: 4003,
  slow_reader: 4008,
  unresponsive: 4009,
} as const;
export type CloseReason = keyof typeof CLOSE_CODES;

/** Unread answers, in bytes, past which a peer counts as slow. */
const MOST_ANSWERS_BYTES = 128 * 1024 * 1024;

export interface WebSocketChannelOptions {
  readonly timers: Timers;
  /** Unsent bytes past which the reader counts as slow. Default 8 MiB. */
  readonly queueBytes?: number;
  /** Between two pings; a peer that is silent from one to the next counts as gone. Default 15 s. */
  readonly pingMs?: number;
  /** How long a closed socket may take to send what is queued. Default 2 s. */
  readonly closeMs?: number;
}

/**
 * A {@link Channel} over a WebSocket, JSON text both ways. A reader with more than the cap unread is cut off
 * with `slow_reader`: it resumes with `open({logId, seq})` and misses nothing.
 */
export class WebSocketChannel implements PushChannel {
  readonly #socket: WebSocket;
  readonly #timers: Timers;
  readonly #queueBytes: number;
  readonly #pingMs: number;
  readonly #closeMs: number;
  readonly #messageListeners = new Set<(message: unknown) => void>();
  readonly #closeListeners = new Set<(reason: string) => void>();
  #closed: string | undefined;
  #answersUnsent = 0;
  #heard = true;
  #pingTimer: unknown;
  #closeTimer: unknown;

  constructor(socket: WebSocket, options: WebSocketChannelOptions) {
    this.#socket = socket;
    this.#timers = options.timers;
    this.#queueBytes = options.queueBytes ?? 8 * 1024 * 1024;
    this.#pingMs = options.pingMs ?? 15_000;
    this.#closeMs = options.closeMs ?? 2_000;
    socket.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary));
    socket.on('pong', () => {
      this.#heard = true;
    });
    socket.on('error', () => undefined); // 'close' follows with the reason
    socket.on('close', (code, reason) => this.#onClosed(reason.toString() || `closed_${code}`));
    this.#pingTimer = this.#timers.setTimeout(() => this.#ping(), this.#pingMs);
  }

  post(message: unknown): void {
    if (!this.#mayWrite()) return;
    const bytes = Buffer.from(JSON.stringify(message));
    this.#answersUnsent += bytes.length;
    this.#socket.send(bytes, { binary: false }, () => {
      this.#answersUnsent -= bytes.length;
    });
  }

  push(push: Push): void {
    if (this.#mayWrite()) this.#socket.send(push.text, { binary: false });
  }

  on(listener: (message: unknown) => void): () => void {
    this.#messageListeners.add(listener);
    return () => this.#messageListeners.delete(listener);
  }

  onClose(listener: (reason: string) => void): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /** Ends the channel. Listeners get the reason at once, the peer after what was queued before. */
  close(reason: CloseReason = 'hub_closed'): void {
    if (this.#closed !== undefined) return;
    this.#socket.close(CLOSE_CODES[reason], reason);
    this.#closeTimer = this.#timers.setTimeout(() => this.#socket.terminate(), this.#closeMs);
    this.#onClosed(reason);
  }

  #mayWrite(): boolean {
    if (this.#closed !== undefined) return false;
    // An answer may be larger than the cap, and must not count as unread pushes.
    const asked = Math.min(this.#answersUnsent, MOST_ANSWERS_BYTES);
    if (this.#socket.bufferedAmount - asked <= this.#queueBytes) return true;
    this.close('slow_reader');
    return false;
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#closed !== undefined) return;
    this.#heard = true;
    let message: unknown;
    try {
      if (isBinary) throw new SyntaxError('binary');
      message = JSON.parse(data.toString());
    } catch {
      this.close('bad_request');
      return;
    }
    for (const listener of this.#messageListeners) listener(message);
  }

  #ping(): void {
    if (!this.#heard) {
      this.close('unresponsive');
      this.#socket.terminate(); // a peer that does not answer pings will not answer a close either
      return;
    }
    this.#heard = false;
    this.#socket.ping();
    this.#pingTimer = this.#timers.setTimeout(() => this.#ping(), this.#pingMs);
  }

  #onClosed(reason: string): void {
    this.#timers.clearTimeout(this.#pingTimer);
    if (this.#socket.readyState === this.#socket.CLOSED) this.#timers.clearTimeout(this.#closeTimer);
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const listener of this.#closeListeners) listener(reason);
    this.#messageListeners.clear();
    this.#closeListeners.clear();
  }
}
