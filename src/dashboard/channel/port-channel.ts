import type { Channel } from '../../protocol/api.ts';
import { desktopPortMessage, type DesktopBridge } from '../../protocol/desktop.ts';
import { HubError } from '../../protocol/errors.ts';

const PORT_TIMEOUT_MS = 5_000;

/**
 * Opens channels over new MessagePorts of the desktop app. Several may be requested at once: the app answers
 * in order, so each request gets its own port.
 *
 * @param page where the ports arrive: the window
 */
export function portOpener(bridge: DesktopBridge, page: EventTarget): () => Promise<Channel> {
  const waiting: ((port: MessagePort) => void)[] = [];
  page.addEventListener('message', (event) => {
    const { source, data, ports } = event as MessageEvent<unknown>;
    const [port] = ports;
    if (source !== page || data !== desktopPortMessage || !port) return;
    const take = waiting.shift();
    if (take) take(port);
    else port.close();
  });
  return () =>
    new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(new HubError('hub_closed', 'The hub does not answer'));
      }, PORT_TIMEOUT_MS);
      // A cancelled request keeps its place in the queue: the port that still arrives is not the next one's.
      waiting.push((port) => {
        clearTimeout(timer);
        if (isLate) port.close();
        else resolve(channelOver(port));
      });
      bridge.connect();
    });
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
