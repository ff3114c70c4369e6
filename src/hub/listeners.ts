import type { Logger } from './logger.ts';

/** Listeners, called in the order in which they were added. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();
  readonly #onError: ((error: unknown) => void) | undefined;

  /**
   * `onError` gets the error of a listener that throws; the others are called all the same. Without it the
   * error is thrown.
   */
  constructor(onError?: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Returns the unsubscribe. */
  add(listener: (value: T) => void): () => void {
    // A new function for each call, so that a listener that is added twice is called twice.
    const entry = (value: T): void => listener(value);
    this.#all.add(entry);
    return () => void this.#all.delete(entry);
  }

  emit(value: T): void {
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

/** Logs the error of a listener. Without a logger it is thrown after the others were called. */
export function listenerFailed(error: unknown, logger: Logger | undefined): void {
  if (logger) return logger.error({ err: error }, 'A subscriber failed; the others go on');
  // Without a log, a bug must not go unnoticed.
  queueMicrotask(() => {
    throw error;
  });
}
