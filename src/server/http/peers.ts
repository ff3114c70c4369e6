import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Timers } from '../../hub/timers.ts';
import { afterRunning, STOOD_STILL_MS } from './running-time.ts';
import { hasBody } from './unread-bodies.ts';
import { takenBytes } from './socket-progress.ts';

/** How long a peer may stand still, in ms. */
export interface PeerLimits {
  /** While bytes wait for it and it reads none. */
  readonly stallMs: number;
  /** With its own half of the connection open after the hub has ended the other. */
  readonly halfClosedMs: number;
  /** With the rest of a body whose request has been answered. */
  readonly answeredBodyMs: number;
  /** With the body of a request to the dashboard's own addresses, which are all short. */
  readonly apiBodyMs: number;
  /** With the next bytes of an upload. */
  readonly uploadSilenceMs: number;
  /** With the next request on a connection whose last one is answered. */
  readonly restMs: number;
}

export const peerLimits: PeerLimits = {
  stallMs: 30_000,
  halfClosedMs: 5_000,
  answeredBodyMs: 5_000,
  apiBodyMs: 30_000,
  uploadSilenceMs: 120_000,
  restMs: 65_000,
};

/** How often a silent upload is looked at before it is ended. */
const LOOKS = 4;

/** What a socket had taken when it was first seen to stand still. */
interface Standing {
  readonly taken: number;
  readonly since: number;
}

/**
 * Ends connections whose peers are dead, slow or half gone, whatever was asked on them and with or without a key:
 * answers, downloads, streams, refusals, the dashboard's page and its WebSocket.
 */
export class Peers {
  readonly #timers: Timers;
  readonly #limits: PeerLimits;
  readonly #sockets = new Set<Socket>();
  readonly #standing = new Map<Socket, Standing>();
  #handle: unknown;
  #closed = false;

  constructor(timers: Timers, limits: PeerLimits) {
    this.#timers = timers;
    this.#limits = limits;
  }

  /** Begins to look; the server listens. */
  start(): void {
    this.#arm();
  }

  /** The connections that are open. */
  get open(): ReadonlySet<Socket> {
    return this.#sockets;
  }

  /** Watches a connection until it is closed. */
  watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#standing.delete(socket);
    });
  }

  /**
   * Ends a connection that rested for too long, unless a request is there by now: where this process stood still, the
   * time is over before what came meanwhile has been read.
   */
  endUnlessRead(socket: Socket): void {
    const read = socket.bytesRead;
    setImmediate(() => {
      if (socket.bytesRead === read) socket.destroy();
    });
  }

  /** Limits the time for the rest of a body once its request has been answered: nobody reads it any more. */
  limitRest(request: IncomingMessage, response: ServerResponse): void {
    response.on('finish', () => {
      if (!request.complete) this.#endUnlessComplete(request, this.#limits.answeredBodyMs);
    });
  }

  /** Limits the time for all of a body of the dashboard's own addresses. */
  limitApiBody(request: IncomingMessage): void {
    if (hasBody(request)) this.#endUnlessComplete(request, this.#limits.apiBodyMs);
  }

  /** Limits the silence within the body of an upload, which may last for as long as it goes on. */
  limitSilence(request: IncomingMessage): void {
    if (!hasBody(request)) return;
    const { socket } = request;
    let read = socket.bytesRead;
    let silentFor = 0;
    let stop: () => void;
    const look = (): void => {
      if (request.complete) return;
      silentFor = socket.bytesRead === read ? silentFor + 1 : 0;
      read = socket.bytesRead;
      if (silentFor === LOOKS) request.destroy();
      else stop = afterRunning(this.#timers, this.#limits.uploadSilenceMs / LOOKS, look);
    };
    stop = afterRunning(this.#timers, this.#limits.uploadSilenceMs / LOOKS, look);
    request.on('close', () => stop());
  }

  close(): void {
    this.#closed = true;
    this.#timers.clearTimeout(this.#handle);
  }

  #endUnlessComplete(request: IncomingMessage, ms: number): void {
    const stop = afterRunning(this.#timers, ms, () => {
      if (!request.complete) request.socket.destroy();
    });
    request.on('close', stop);
  }

  #arm(): void {
    if (this.#closed) return;
    const { stallMs, halfClosedMs } = this.#limits;
    const everyMs = Math.min(stallMs, halfClosedMs) / 4;
    const due = this.#timers.elapsed() + everyMs;
    this.#handle = this.#timers.setTimeout(() => {
      const now = this.#timers.elapsed();
      // Nobody could be read or written to meanwhile.
      if (now - due > STOOD_STILL_MS) this.#standing.clear();
      for (const socket of this.#sockets) this.#look(socket, now);
      this.#arm();
    }, everyMs);
  }

  #look(socket: Socket, now: number): void {
    const isWaitedFor = socket.writableLength > 0;
    if (!isWaitedFor && !socket.writableEnded) {
      this.#standing.delete(socket);
      return;
    }
    const taken = takenBytes(socket);
    const standing = this.#standing.get(socket);
    if (standing?.taken !== taken) this.#standing.set(socket, { taken, since: now });
    else if (now - standing.since >= (isWaitedFor ? this.#limits.stallMs : this.#limits.halfClosedMs)) socket.destroy();
  }
}
