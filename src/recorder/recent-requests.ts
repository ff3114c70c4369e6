import type { FrameRow } from './frame-columns.ts';

/** An answer that is sent again finds its request among so many. */
const MOST = 10_000;

type Request = Pick<FrameRow, 'n' | 'at' | 'method' | 'tool' | 'session' | 'rpc' | 'direction'>;

/** The last requests, by which answers are joined with them of which only session and id are known. */
export class RecentRequests {
  readonly #ring: Request[] = [];
  #next = 0;

  add(request: Request): void {
    this.#ring[this.#next] = request;
    this.#next = (this.#next + 1) % MOST;
  }

  /** Joins a response of which only session and id are known with its request, if that is among them. */
  join(response: FrameRow): void {
    const { session, rpc } = response;
    const request = session === null || rpc === null ? undefined : this.#find(session, rpc);
    if (!request) return;
    response.pair = request.n;
    response.method = request.method;
    response.tool = request.tool;
    response.latency = Math.max(0, response.at - request.at);
  }

  /** The last request that a session sent with an id. */
  #find(session: number, rpc: string | number): Request | undefined {
    const count = this.#ring.length;
    for (let back = 1; back <= count; back += 1) {
      const request = this.#ring[(this.#next - back + count) % count];
      if (request?.session === session && request.rpc === rpc && request.direction === 0) return request;
    }
    return undefined;
  }

  clear(): void {
    this.#ring.length = 0;
    this.#next = 0;
  }
}
