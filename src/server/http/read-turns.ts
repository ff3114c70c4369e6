import type { Socket } from 'node:net';

/** Requests after which nothing more is read in a pass of the loop: each takes some hundredths of a ms to parse. */
const MOST_IN_PASS = 256;

/**
 * Limits how many requests are read in one pass of the loop. The system may hold some 64 KiB of each connection, which
 * are hundreds of requests, and Node would parse those of all connections before timers and streams have their turn.
 *
 * When a pass has had enough, reading stops on all other connections. Sockets that were not read in this pass go on
 * with the next one, the others with a later one: so a fast sender leaves the others their turn.
 */
export class ReadTurns {
  readonly #connections = new Set<Socket>();
  /** Connections of which a request was read in this pass. */
  readonly #read = new Set<Socket>();
  #count = 0;
  #isScheduled = false;
  /** Connections that are read again in the next pass, and in the one after it. */
  #next: Socket[] = [];
  #later: Socket[] = [];

  /** Counts a connection in until it is closed. */
  watch(socket: Socket): void {
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
  }

  /** A request was read on a connection. */
  arrived(socket: Socket): void {
    this.#count += 1;
    this.#read.add(socket);
    this.#schedule();
    // Its own connection may be in the midst of what was read: RequestTurns stops that behind it.
    if (this.#count === MOST_IN_PASS) this.#stopOthers(socket);
  }

  #stopOthers(current: Socket): void {
    for (const socket of this.#connections) {
      if (socket === current || socket.isPaused()) continue; // who paused it lets it go on
      socket.pause();
      (this.#read.has(socket) ? this.#later : this.#next).push(socket);
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#count = 0;
      this.#read.clear();
      const due = this.#next;
      this.#next = this.#later;
      this.#later = [];
      for (const socket of due) if (!socket.destroyed) socket.resume();
      if (this.#next.length > 0) this.#schedule();
    });
  }
}
