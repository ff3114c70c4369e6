import { lostAnswer } from '../../replay/saved-answers.ts';
import { httpChunk, sseMessage } from '../../stream/http-chunk.ts';
import type { RpcId } from '../../../../protocol/json-rpc.ts';

/** An event of a reply stream. */
interface KeptEvent {
  readonly n: number;
  readonly chunk: Buffer;
  /** The request that it answers; progress answers none. */
  readonly answers: RpcId | undefined;
}

/**
 * The events of one reply stream, numbered, as they are kept for a client that loses it. A call may last for an hour
 * and tell of its progress all the while: of progress only the newest is kept, as it says all that those before did.
 */
export class KeptEvents {
  /** By number. At most one of them is progress. */
  #events: KeptEvent[] = [];
  #last = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there was any. */
  get any(): boolean {
    return this.#last > 0;
  }

  /** Numbers and keeps an event; returns it as a chunk. Its id is `<session>.<n>.p<reply>`. */
  add(sessionId: string, reply: number, json: string, answers: RpcId | undefined): Buffer {
    this.#last += 1;
    const chunk = chunkOf(sessionId, reply, this.#last, json);
    if (answers === undefined) this.#events = this.#events.filter((event) => event.answers !== undefined);
    this.#events.push({ n: this.#last, chunk, answers });
    this.#count();
    return chunk;
  }

  /** What follows the first `n` events, as far as it is kept. */
  after(n: number): Buffer[] {
    return this.#events.filter((event) => event.n > n).map(({ chunk }) => chunk);
  }

  /** Puts the error `gone` in the place of the largest answer; returns `false` when that would free nothing. */
  giveUp(sessionId: string, reply: number): boolean {
    const largest = this.#events.toSorted((a, b) => b.chunk.length - a.chunk.length)[0];
    if (largest?.answers === undefined) return false;
    const chunk = chunkOf(sessionId, reply, largest.n, lostAnswer(largest.answers));
    if (chunk.length >= largest.chunk.length) return false;
    this.#events = this.#events.map((event) => (event === largest ? { ...event, chunk } : event));
    this.#count();
    return true;
  }

  #count(): void {
    this.#bytes = this.#events.reduce((sum, { chunk }) => sum + chunk.length, 0);
  }
}

function chunkOf(sessionId: string, reply: number, n: number, json: string): Buffer {
  return httpChunk(sseMessage(json, `${sessionId}.${n}.p${reply}`));
}
