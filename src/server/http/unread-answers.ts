import type { ServerResponse } from 'node:http';

/** What may wait on the connections of one key, and on all, in bytes. */
export interface UnreadLimits {
  readonly keyBytes: number;
  readonly allBytes: number;
}

export interface UnreadAnswer {
  readonly keyId: string;
  readonly response: ServerResponse;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Called before `body` is sent; not where the refusal takes its place. */
  readonly onSend: () => void;
  /** The body to send instead when there is no room for the other; it must be short. */
  readonly refusal: () => string;
}

/**
 * Sends whole answers, and counts those that wait on their connections: a client that asks and does not read would
 * fill the memory. A key always has room for one answer, of whatever size.
 */
export class UnreadAnswers {
  readonly #limits: UnreadLimits;
  readonly #ofKey = new Map<string, number>();
  #bytes = 0;

  constructor(limits: UnreadLimits) {
    this.#limits = limits;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  send({ keyId, response, status, headers, body, onSend, refusal }: UnreadAnswer): void {
    if (response.headersSent || response.destroyed) return;
    const hasRoom = this.#hasRoom(keyId, Buffer.byteLength(body));
    if (hasRoom) onSend();
    const sent = hasRoom ? body : refusal();
    const bytes = Buffer.byteLength(sent);
    response.writeHead(status, { ...headers, 'Content-Length': bytes });
    response.end(sent);
    if (response.socket !== null && response.socket.writableLength === 0) return; // as nearly all: taken at once
    this.#count(keyId, bytes);
    response.on('close', () => this.#count(keyId, -bytes));
  }

  #hasRoom(keyId: string, bytes: number): boolean {
    const held = this.#ofKey.get(keyId) ?? 0;
    const { keyBytes, allBytes } = this.#limits;
    return held === 0 || (held + bytes <= keyBytes && this.#bytes + bytes <= allBytes);
  }

  #count(keyId: string, bytes: number): void {
    this.#bytes += bytes;
    const held = (this.#ofKey.get(keyId) ?? 0) + bytes;
    if (held === 0) this.#ofKey.delete(keyId);
    else this.#ofKey.set(keyId, held);
  }
}
