import type { Channel } from '../../protocol/api.ts';
import { desktopPortMessage, type DesktopBridge } from '../../protocol/desktop.ts';
import { HubError } from '../../protocol/errors.ts';

const PORT_TIMEOUT_MS = 5_000;

/** A channel over a fresh MessagePort of the desktop app. */
export async function openPort(bridge: DesktopBridge): Promise<Channel> {
  const port = await new Promise<MessagePort>((resolve, reject) => {
    const timer = setTimeout(() => finish(undefined), PORT_TIMEOUT_MS);
    const listen = (event: MessageEvent<unknown>): void => {
      if (event.source === window && event.data === desktopPortMessage) finish(event.ports[0]);
    };
    const finish = (got: MessagePort | undefined): void => {
      clearTimeout(timer);
      window.removeEventListener('message', listen);
      if (got) resolve(got);
      else reject(new HubError('hub_closed', 'The hub does not answer'));
    };
    window.addEventListener('message', listen);
    bridge.connect();
  });
  return channelOver(port);
}

function channelOver(port: MessagePort): Channel {
  const listeners = new Set<(message: unknown) => void>();
  const closeListeners = new Set<(reason: string) => void>();
  const closed = (): void => {
    for (const listener of closeListeners) listener('The hub closed the connection');
    closeListeners.clear();
  };
  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    for (const listener of listeners) listener(data);
  });
  port.addEventListener('close', closed);
  port.start();
  return {
    post: (message) => port.postMessage(message),
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    close() {
      port.close();
      closed(); // the side that closes gets no event
    },
  };
}
