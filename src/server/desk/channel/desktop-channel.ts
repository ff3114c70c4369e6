import { ChannelListeners } from '../../../protocol/channel-listeners.ts';
import type { PortReceipt } from '../../../protocol/desktop-bridge.ts';
import type { Push } from './push.ts';
import type { CloseReason, PushChannel } from './web-socket-channel.ts';

/** The end of a MessagePort that the desktop's main process holds (Electron's `MessagePortMain`). */
export interface DesktopPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** Characters that may be sent and not yet confirmed by the page. */
const MOST_UNREAD = 32 * 1024 * 1024;

/**
 * A {@link PushChannel} over a MessagePort, JSON text to the page. A port does not say how much waits in it, so the page
 * says what it has taken. One that has more than the cap to take (it is paused by a debugger, or hangs) is cut off:
 * it resumes with `open({since})` and misses nothing.
 */
export class DesktopChannel implements PushChannel {
  readonly #port: DesktopPort;
  readonly #mostUnread: number;
  readonly #listeners = new ChannelListeners();
  #unread = 0;

  /** `mostUnread`: see above. Default 32 Mi. */
  constructor(port: DesktopPort, mostUnread = MOST_UNREAD) {
    this.#port = port;
    this.#mostUnread = mostUnread;
    port.on('message', ({ data }) => {
      if (isReceipt(data)) this.#unread = Math.max(0, this.#unread - data.took);
      else this.#listeners.message(data);
    });
    port.on('close', () => this.#listeners.closed('port_closed'));
    port.start();
  }

  readonly on = this.#listeners.on;
  readonly onClose = this.#listeners.onClose;

  post(message: unknown): void {
    this.#send(JSON.stringify(message));
  }

  push(push: Push): void {
    if (!this.#listeners.isClosed) this.#send(push.text.toString());
  }

  /** Ends the channel; the page learns that it is closed, not why. */
  close(reason: CloseReason = 'hub_closed'): void {
    if (this.#listeners.isClosed) return;
    this.#port.close();
    this.#listeners.closed(reason);
  }

  #send(text: string): void {
    if (this.#listeners.isClosed) return;
    // One message may be larger than the cap: the page asked for it.
    if (this.#unread > this.#mostUnread) return this.close('slow_reader');
    this.#unread += text.length;
    this.#port.postMessage(text);
  }
}

function isReceipt(data: unknown): data is PortReceipt {
  return typeof data === 'object' && data !== null && 'took' in data && typeof data.took === 'number';
}
