interface Deadline {
  readonly at: number;
  readonly name: string;
}

/** The soonest of many deadlines, one a name, at a cost that hardly grows with how many there are. */
export class DeadlineHeap {
  readonly #at = new Map<string, number>();
  /** A binary heap; entries whose time is not in `#at` any more are stale. */
  #heap: Deadline[] = [];

  set(name: string, at: number): void {
    if (this.#at.get(name) === at) return;
    this.#at.set(name, at);
    if (this.#heap.length > 2 * this.#at.size + 64) return this.#rebuild();
    this.#heap.push({ at, name });
    this.#rise(this.#heap.length - 1);
  }

  delete(name: string): void {
    this.#at.delete(name);
  }

  clear(): void {
    this.#at.clear();
    this.#heap = [];
  }

  /** The soonest deadline; undefined if there is none. */
  next(): number | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#at.get(top.name) === top.at) return top.at;
      this.#pop();
    }
    return undefined;
  }

  /** The names whose deadline has come, soonest first. */
  due(now: number): readonly string[] {
    const found = new Map<string, number>();
    const open = [0];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const entry = this.#heap[index];
      if (!entry || entry.at > now) continue; // all below it are later
      if (this.#at.get(entry.name) === entry.at) found.set(entry.name, entry.at);
      open.push(2 * index + 1, 2 * index + 2);
    }
    return [...found].sort(([, one], [, other]) => one - other).map(([name]) => name);
  }

  #rebuild(): void {
    this.#heap = [...this.#at].map(([name, at]) => ({ at, name })).sort((one, other) => one.at - other.at);
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfSooner(index, parent)) return;
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const sooner = (this.#heap[right]?.at ?? Infinity) < (this.#heap[left]?.at ?? Infinity) ? right : left;
      if (!this.#swapIfSooner(sooner, index)) return;
      index = sooner;
    }
  }

  #swapIfSooner(lower: number, upper: number): boolean {
    const [one, other] = [this.#heap[lower], this.#heap[upper]];
    if (!one || !other || one.at >= other.at) return false;
    this.#heap[lower] = other;
    this.#heap[upper] = one;
    return true;
  }
}
