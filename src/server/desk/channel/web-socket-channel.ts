import type { WebSocket } from 'ws';
import type { Channel } from '../../../protocol/api.ts';
import { ChannelListeners } from '../../../protocol/channel-listeners.ts';
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

/** A turn of the pings that comes later than this, in ms, says nothing about the peer. */
const MOST_LATE_MS = 1_000;

export interface WebSocketChannelOptions {
  readonly timers: Timers;
  /** Unsent bytes past which the reader counts as slow. Default 8 MiB. */
  readonly queueBytes?: number;
  /** Between two pings; a peer that is silent from one to the next counts as gone. Default 5 s. */
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
  readonly #listeners = new ChannelListeners();
  #answersUnsent = 0;
  #heard = true;
  #pingTimer: unknown;
  #closeTimer: unknown;

  constructor(socket: WebSocket, options: WebSocketChannelOptions) {
    this.#socket = socket;
    this.#timers = options.timers;
    this.#queueBytes = options.queueBytes ?? 8 * 1024 * 1024;
    this.#pingMs = options.pingMs ?? 5_000;
    this.#closeMs = options.closeMs ?? 2_000;
    socket.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary));
    socket.on('pong', () => {
      this.#heard = true;
    });
    socket.on('error', () => undefined); // 'close' follows with the reason
    socket.on('close', (code, reason) => this.#onClosed(reason.toString() || `closed_${code}`));
    this.#armPing();
  }

  readonly on = this.#listeners.on;
  readonly onClose = this.#listeners.onClose;

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

  /** Ends the channel. Listeners get the reason at once, the peer after what was queued before. */
  close(reason: CloseReason = 'hub_closed'): void {
    if (this.#listeners.isClosed) return;
    this.#socket.close(CLOSE_CODES[reason], reason);
    this.#closeTimer = this.#timers.setTimeout(() => this.#socket.terminate(), this.#closeMs);
    this.#onClosed(reason);
  }

  #mayWrite(): boolean {
    if (this.#listeners.isClosed) return false;
    // An answer may be larger than the cap, and must not count as unread pushes.
    const asked = Math.min(this.#answersUnsent, MOST_ANSWERS_BYTES);
    if (this.#socket.bufferedAmount - asked <= this.#queueBytes) return true;
    this.close('slow_reader');
    return false;
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#listeners.isClosed) return;
    this.#heard = true;
    let message: unknown;
    try {
      if (isBinary) throw new SyntaxError('binary');
      message = JSON.parse(data.toString());
    } catch {
      this.close('bad_request');
      return;
    }
    this.#listeners.message(message);
  }

  #armPing(): void {
    const dueAt = this.#timers.elapsed() + this.#pingMs;
    this.#pingTimer = this.#timers.setTimeout(() => this.#ping(this.#timers.elapsed() - dueAt), this.#pingMs);
  }

  #ping(lateMs: number): void {
    // A hub that stood still itself has not read what came meanwhile: its peers get another turn.
    if (!this.#heard && lateMs < MOST_LATE_MS) {
      this.close('unresponsive');
      this.#socket.terminate(); // a peer that does not answer pings will not answer a close either
      return;
    }
    this.#heard = false;
    this.#socket.ping();
    this.#armPing();
  }

  #onClosed(reason: string): void {
    this.#timers.clearTimeout(this.#pingTimer);
    if (this.#socket.readyState === this.#socket.CLOSED) this.#timers.clearTimeout(this.#closeTimer);
    this.#listeners.closed(reason);
  }
}
