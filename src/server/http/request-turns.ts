import type { Socket } from 'node:net';

/** Ms of one turn of the loop that requests may take. */
const TURN_MS = 10;
/** Requests of one connection that may wait: as many as one read brings, unless they are tiny. */
const MOST_OF_ONE = 256;
/** Requests of all connections that may wait, of some KiB each; beyond that only the first of each connection. */
const MOST_OF_ALL = 20_000;
/** Requests that are begun in one turn at most. */
const MOST_AT_ONCE = 256;

/**
 * Serves requests in turns of some ms. Thousands may arrive in one pass of the loop, because as many clients woke at
 * the same moment, or one sent them ahead; served all at once they would keep timers, streams and the log waiting for
 * as long as all of them take. Requests that come when a turn's time is used up wait for the next turns: those of one
 * connection in order, one of each connection at a time. So a client that sends many does not delay the others.
 */
export class RequestTurns {
  /** What waits, by connection; the next one first. */
  readonly #lines = new Map<Socket, (() => void)[]>();
  /** Requests in all of them. */
  #count = 0;
  /** When the requests of this turn began. */
  #began: number | undefined;
  /** Requests that are to be begun in the turn that comes. */
  #left = 0;

  /**
   * Serves a request now, or in a later turn; not at all when its connection is gone by then. Returns false where too
   * many wait already.
   */
  run(socket: Socket, serve: () => void): boolean {
    if (this.#count === 0 && this.#hasTime()) {
      serve();
      return true;
    }
    const line = this.#lines.get(socket) ?? [];
    if (line.length === MOST_OF_ONE || (line.length > 0 && this.#count >= MOST_OF_ALL)) return false;
    line.push(serve);
    this.#count += 1;
    if (line.length === 1) {
      this.#lines.set(socket, line);
      // No more is read of it meanwhile. Only behind what has been read: at the end of each request Node reads on.
      process.nextTick(() => this.#lines.has(socket) && socket.pause());
    }
    if (this.#left === 0) this.#schedule();
    return true;
  }

  #hasTime(): boolean {
    const now = performance.now();
    if (this.#began === undefined) {
      this.#began = now;
      setImmediate(() => (this.#began = undefined));
    }
    return now - this.#began < TURN_MS;
  }

  /** Each request gets an immediate of its own: what it does right away is over when the next one is looked at. */
  #schedule(): void {
    this.#left = Math.min(this.#count, MOST_AT_ONCE);
    for (let n = 0; n < this.#left; n++) setImmediate(() => this.#serveNext());
  }

  #serveNext(): void {
    this.#left -= 1;
    const serve = this.#hasTime() ? this.#take() : undefined;
    if (this.#left === 0 && this.#count > 0) this.#schedule();
    serve?.();
  }

  #take(): (() => void) | undefined {
    for (const [socket, line] of this.#lines) {
      this.#lines.delete(socket);
      if (socket.destroyed) {
        this.#count -= line.length;
        continue;
      }
      const serve = line.shift();
      this.#count -= 1;
      if (line.length > 0) this.#lines.set(socket, line);
      else socket.resume();
      return serve;
    }
    return undefined;
  }
}
