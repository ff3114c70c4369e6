/**
 * The most that each may have, so that together they have no more than the budget: who has less than an equal share
 * keeps all of it, and leaves the rest to the others. `Infinity` where all fit.
 */
export function fairLevel(sizes: Iterable<number>, budget: number): number {
  const ascending = [...sizes].toSorted((a, b) => a - b);
  let left = Math.max(0, budget);
  for (const [at, size] of ascending.entries()) {
    const level = left / (ascending.length - at);
    if (size > level) return level;
    left -= size;
  }
  return Infinity;
}

/** From one step of ages to the next: each is this part of the one before. */
const STEP = 0.9;
/** How many steps there are: past them lies what is younger than a ten-millionth of the time that it may be kept. */
const STEPS = 160;

/** Bytes of frames by their age, as a part of the time for which they may be kept. */
export class BytesByAge {
  readonly #bytes = new Float64Array(STEPS);
  total = 0;

  /** @param age 1 is as old as may be */
  add(age: number, bytes: number): void {
    const step = Math.min(STEPS - 1, Math.max(0, Math.floor(Math.log(Math.max(age, 1e-12)) / Math.log(STEP))));
    this.#bytes[step] = (this.#bytes[step] ?? 0) + bytes;
    this.total += bytes;
  }

  /** The age above which frames have to go, the oldest first, so that no more than these bytes stay. */
  ageFor(most: number): number {
    let kept = this.total;
    let step = 0;
    for (; kept > most && step < STEPS; step += 1) kept -= this.#bytes[step] ?? 0;
    return step === 0 ? Infinity : step === STEPS ? -Infinity : STEP ** step;
  }
}
