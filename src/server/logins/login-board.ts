import type { WaitingLogin } from '../../protocol/agent-login.ts';

/** The logins that wait, for whoever shows them: the code that takes them in is loaded with the first one. */
export class LoginBoard {
  #waiting: readonly WaitingLogin[] = [];
  readonly #listeners = new Set<() => void>();

  /** The oldest first. */
  get waiting(): readonly WaitingLogin[] {
    return this.#waiting;
  }

  set(waiting: readonly WaitingLogin[]): void {
    this.#waiting = waiting;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after each change, at once. Returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
