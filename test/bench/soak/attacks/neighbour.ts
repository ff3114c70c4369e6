import { setTimeout as sleep } from 'node:timers/promises';
import { RawSse, type RpcMessage } from '../../support/raw-sse.ts';
import { median } from '../../support/report.ts';

const PING_EVERY_MS = 100;
const WRITE_EVERY_MS = 400;

/** What somebody else's calls took, in ms; one that was not answered counts as long as it was waited for. */
export interface Suffered {
  readonly ping: readonly number[];
  readonly write: readonly number[];
  /** Calls that were refused, or whose connection was ended. */
  readonly failed: number;
}

/** An honest agent with a key of its own, beside an attack: a ping ten times a second, and a small file now and then. */
export class Neighbour {
  readonly #pings: RawSse;
  readonly #calls: RawSse;
  readonly #ping: number[] = [];
  readonly #write: number[] = [];
  #failed = 0;
  #isOver = false;
  #resting = 0;
  #working: Promise<unknown> = Promise.resolve();

  private constructor(pings: RawSse, calls: RawSse) {
    this.#pings = pings;
    this.#calls = calls;
  }

  static async open(url: string, key: string): Promise<Neighbour> {
    const sse = new URL('/sse', url);
    return new Neighbour(await RawSse.open(sse, key), await RawSse.open(sse, key));
  }

  begin(): void {
    const ping = async (): Promise<unknown> => await this.#pings.requestText('ping', {});
    const write = async (n: number): Promise<unknown> =>
      await this.call('file_write', { path: 'neighbour.txt', text: `line ${n}` });
    this.#working = Promise.all([
      this.#repeat(ping, this.#ping, PING_EVERY_MS),
      this.#repeat(write, this.#write, WRITE_EVERY_MS),
    ]);
  }

  /** A call of a tool; throws where it is refused. */
  async call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    return resultOf(await this.#calls.request('tools/call', { name, arguments: args }));
  }

  /** Does nothing while something is done. */
  async pause(act: () => Promise<void>): Promise<void> {
    this.#resting++;
    await act().finally(() => this.#resting--);
  }

  /** Ends its work, and waits for what is not answered for `limitMs`. */
  async end(limitMs: number): Promise<Suffered> {
    this.#isOver = true;
    await Promise.race([this.#working, sleep(limitMs)]);
    this.#pings.close();
    this.#calls.close();
    return { ping: this.#ping, write: this.#write, failed: this.#failed };
  }

  async #repeat(act: (n: number) => Promise<unknown>, times: number[], everyMs: number): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      await sleep(everyMs);
      if (this.#resting > 0) continue;
      const start = performance.now();
      const at = times.push(0) - 1;
      const waited = setInterval(() => (times[at] = performance.now() - start), PING_EVERY_MS);
      try {
        await act(n);
      } catch {
        this.#failed++;
      } finally {
        clearInterval(waited);
      }
      times[at] = performance.now() - start;
    }
  }
}

/** What a tool answered. @throws Error with the refusal */
export function resultOf({ result, error }: RpcMessage): Record<string, unknown> {
  if (result === undefined || result.isError === true) throw new Error(JSON.stringify(error ?? result));
  return result.structuredContent ?? {};
}

/** `p50 / longest`, in ms. */
export function timesWords(times: readonly number[]): string {
  return times.length === 0 ? '' : `${median(times).toFixed(0)} / ${Math.max(...times).toFixed(0)}`;
}
