/** A set in which each text is as often as it was added. */
export class CountedSet {
  #counts: Map<string, number> | undefined;

  has(text: string): boolean {
    return this.#counts?.has(text) ?? false;
  }

  add(text: string): void {
    const counts = (this.#counts ??= new Map());
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }

  remove(text: string): void {
    const count = this.#counts?.get(text) ?? 0;
    if (count > 1) this.#counts?.set(text, count - 1);
    else this.#counts?.delete(text);
  }
}
