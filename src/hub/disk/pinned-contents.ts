/** Contents that may not be removed now, as somebody reads or writes them. */
export class PinnedContents {
  readonly #counts = new Map<string, number>();

  has(sha256: string): boolean {
    return this.#counts.has(sha256);
  }

  /** Until the returned function is called the content stays. */
  pin(sha256: string): () => void {
    this.#counts.set(sha256, (this.#counts.get(sha256) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.#counts.get(sha256) ?? 1) - 1;
      if (left === 0) this.#counts.delete(sha256);
      else this.#counts.set(sha256, left);
    };
  }
}
