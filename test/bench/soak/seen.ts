/** What an agent was sent of one workspace's events: enough to know whether one was lost, doubled or out of order. */
export class Seen {
  first = 0;
  last = 0;
  #count = 0;
  #sum = 0;
  outOfOrder = 0;

  /** Takes the next event's number. */
  add(seq: number): void {
    if (seq <= this.last) {
      this.outOfOrder++;
      return;
    }
    if (this.first === 0) this.first = seq;
    this.last = seq;
    this.#count++;
    this.#sum += seq;
  }

  get count(): number {
    return this.#count;
  }

  /** What is wrong, beside all events that happened in the workspace after the one at `since`; undefined if nothing is. */
  problem(happened: readonly number[], since: number): string | undefined {
    const owed = happened.filter((seq) => seq > since);
    const sum = owed.reduce((total, seq) => total + seq, 0);
    if (this.outOfOrder > 0) return `${this.outOfOrder} doubled or out of order`;
    if (this.#count === owed.length && this.#sum === sum) return undefined;
    return `${this.#count} of ${owed.length} events after ${since}, the last ${this.last} of ${owed.at(-1)}`;
  }
}
