import type { Channel } from '../../protocol/api.ts';
import { ChannelListeners } from '../../protocol/channel-listeners.ts';
import { desktopPortMessage, type DesktopBridge, type PortReceipt } from '../../protocol/desktop-bridge.ts';
import { HubError } from '../../protocol/errors.ts';

const PORT_TIMEOUT_MS = 5_000;

/** After so many characters the page says that it has taken them. */
const RECEIPT_AFTER = 64 * 1024;

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

/** The hub sends JSON text, and counts what the page has not taken. */
function channelOver(port: MessagePort): Channel {
  let taken = 0;
  const listeners = new ChannelListeners();
  const closed = (): void => listeners.closed('The hub closed the connection');
  port.addEventListener('message', ({ data }: MessageEvent<string>) => {
    taken += data.length;
    if (taken >= RECEIPT_AFTER) {
      port.postMessage({ took: taken } satisfies PortReceipt);
      taken = 0;
    }
    listeners.message(JSON.parse(data));
  });
  port.addEventListener('close', closed);
  port.start();
  return {
    post: (message) => port.postMessage(message),
    on: listeners.on,
    onClose: listeners.onClose,
    close() {
      port.close();
      closed(); // the side that closes gets no event
    },
  };
}
