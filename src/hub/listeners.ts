import type { Logger } from './logger.ts';

/** Who is told of something, in the order in which they asked. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();
  readonly #onError: ((error: unknown) => void) | undefined;

  /** `onError` hears of a listener that throws, and the others are told all the same; without it the error is thrown. */
  constructor(onError?: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Answers how to stop listening. */
  add(listener: (value: T) => void): () => void {
    // A function of its own for each call, so that one who listens twice is told twice.
    const entry = (value: T): void => listener(value);
    this.#all.add(entry);
    return () => void this.#all.delete(entry);
  }

  tell(value: T): void {
    for (const listener of this.#all) {
      try {
        listener(value);
      } catch (error) {
        if (!this.#onError) throw error;
        this.#onError(error);
      }
    }
  }
}

/** Logs the error of a listener; without a logger it is thrown once the others have been told. */
export function listenerFailed(error: unknown, logger: Logger | undefined): void {
  if (logger) return logger.error({ err: error }, 'A subscriber failed; the others go on');
  // Nobody reads a log: a bug must not pass unseen.
  queueMicrotask(() => {
    throw error;
  });
}
