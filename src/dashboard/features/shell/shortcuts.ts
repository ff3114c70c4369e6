/** The action of a key typed outside of a field. */
export type ShortcutWish =
  | { readonly kind: 'go'; readonly letter: string }
  | { readonly kind: 'help' | 'connect' | 'search' | 'close' | 'list' | 'follow' | 'inspector' | 'back' | 'forward' };

/** How long after `g` its letter may follow, ms. */
const SEQUENCE_MS = 1_200;

/** Reads keys one by one: `g` and a letter is one action, all others are single keys. */
export class Shortcuts {
  readonly #now: () => number;
  #prefixAt: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the next key is the letter after `g`. */
  get isWaiting(): boolean {
    return this.#prefixAt !== undefined && this.#now() - this.#prefixAt <= SEQUENCE_MS;
  }

  /** The action of this key; undefined if there is none (yet). `key` as in KeyboardEvent. */
  typed(key: string): ShortcutWish | undefined {
    const isSecond = this.isWaiting;
    this.#prefixAt = undefined;
    if (isSecond && key.length === 1) return { kind: 'go', letter: key };
    switch (key) {
      case 'g':
        this.#prefixAt = this.#now();
        return undefined;
      case '?':
        return { kind: 'help' };
      case 'c':
        return { kind: 'connect' };
      case '/':
        return { kind: 'search' };
      case 'Escape':
        return { kind: 'close' };
      case 'j':
      case 'k':
        return { kind: 'list' };
      case ' ':
        return { kind: 'follow' };
      case 'i':
        return { kind: 'inspector' };
      case '[':
        return { kind: 'back' };
      case ']':
        return { kind: 'forward' };
      default:
        return undefined;
    }
  }
}
