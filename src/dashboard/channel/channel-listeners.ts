import type { Channel } from '../../protocol/api.ts';

/** Who listens to a channel: the part that a MessagePort and a WebSocket have in common. */
export class ChannelListeners implements Pick<Channel, 'on' | 'onClose'> {
  readonly #messages = new Set<(message: unknown) => void>();
  readonly #closes = new Set<(reason: string) => void>();

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

  /** The channel was closed; only the first reason counts. */
  closed(reason: string): void {
    const listeners = [...this.#closes];
    this.#closes.clear();
    for (const listener of listeners) listener(reason);
  }
}
