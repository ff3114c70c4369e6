import type { Channel } from './api.ts';

/** Who listens to a channel, at either end of a MessagePort or a WebSocket. */
export class ChannelListeners implements Pick<Channel, 'on' | 'onClose'> {
  readonly #messages = new Set<(message: unknown) => void>();
  readonly #closes = new Set<(reason: string) => void>();
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  readonly on = (listener: (message: unknown) => void): (() => void) => {
    this.#messages.add(listener);
    return () => this.#messages.delete(listener);
  };

  readonly onClose = (listener: (reason: string) => void): (() => void) => {
    this.#closes.add(listener);
    return () => this.#closes.delete(listener);
  };

  /** A message arrived. */
  message(message: unknown): void {
    for (const listener of this.#messages) listener(message);
  }

  /** The channel was closed; only the first reason counts, and no message comes after it. */
  closed(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#closes) listener(reason);
    this.#messages.clear();
    this.#closes.clear();
  }
}
