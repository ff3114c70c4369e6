import type { Traffic } from '../../../protocol/events/sessions.ts';

/** Counts what goes over a session; `in` is towards the hub. */
export class TrafficCount {
  #framesIn = 0;
  #framesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  get all(): Traffic {
    return { framesIn: this.#framesIn, framesOut: this.#framesOut, bytesIn: this.#bytesIn, bytesOut: this.#bytesOut };
  }

  countIn(bytes: number): void {
    this.#framesIn += 1;
    this.#bytesIn += bytes;
  }

  countOut(bytes: number): void {
    this.#framesOut += 1;
    this.#bytesOut += bytes;
  }
}
