/** Ids that are asked for together; what the hub takes at once. */
const MOST_AT_ONCE = 200;
/** Ids of rows that come into view together are asked for together. */
const WAIT_MS = 30;
/** Ids that are remembered as asked for. */
const MOST_ASKED = 10_000;

export interface NameLookupOptions<Names> {
  readonly ask: (ids: readonly string[]) => Promise<Names>;
  readonly found: (names: Names) => void;
  /** Whether an answer names an id. */
  readonly hasName: (names: Names, id: string) => boolean;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
}

/**
 * Asks the hub what ids stand for that the page does not know, as older pages of the log have them: together, and each
 * once. One whose question failed, or whose name was found and has been forgotten since, is asked for again when it is
 * wanted again.
 */
export class NameLookup<Names> {
  readonly #options: NameLookupOptions<Names>;
  readonly #asked = new Set<string>();
  #wanted: string[] = [];

  constructor(options: NameLookupOptions<Names>) {
    this.#options = options;
  }

  /** Somebody shows this id, and the page does not know it. */
  want(id: string): void {
    if (this.#asked.has(id)) return;
    if (this.#asked.size >= MOST_ASKED) this.#asked.clear();
    this.#asked.add(id);
    this.#wanted.push(id);
    if (this.#wanted.length === 1) this.#options.setTimeout(() => this.#askAll(), WAIT_MS);
  }

  #askAll(): void {
    const { ask, found, hasName } = this.#options;
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let at = 0; at < wanted.length; at += MOST_AT_ONCE) {
      const ids = wanted.slice(at, at + MOST_AT_ONCE);
      const forget = (id: string): void => void this.#asked.delete(id);
      ask(ids).then(
        (names) => {
          for (const id of ids) if (hasName(names, id)) forget(id);
          found(names);
        },
        () => ids.forEach(forget),
      );
    }
  }
}
