import type { Channel } from '../../protocol/api.ts';
import { HubError } from '../../protocol/errors.ts';

/**
 * Opens the hub's WebSocket beside the page. A script does not see why an upgrade was refused, so the hub is
 * asked over HTTP: 401 is `unauthorized`, other problems may pass by themselves.
 */
export async function openWebSocket(page: Location): Promise<Channel> {
  const address = new URL('/api/ws', page.href);
  const socketAddress = new URL(address);
  socketAddress.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(socketAddress);
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    socket.addEventListener('close', () => resolve(false), { once: true });
  });
  if (isOpen) return channelOver(socket);
  const { status } = await fetch(new URL('/api/whoami', page.href), { credentials: 'same-origin' }).catch(() => ({
    status: 0,
  }));
  if (status === 401) throw new HubError('unauthorized', ''); // no token was tried, so no error is shown: the page asks for one
  throw new HubError('hub_closed', status === 0 ? 'The hub does not answer' : `The hub answered ${status}`);
}

function channelOver(socket: WebSocket): Channel {
  const listeners = new Set<(message: unknown) => void>();
  const closeListeners = new Set<(reason: string) => void>();
  socket.addEventListener('message', ({ data }) => {
    const message: unknown = JSON.parse(String(data));
    for (const listener of listeners) listener(message);
  });
  socket.addEventListener('close', ({ reason, code }) => {
    const why = reason || (code === 1006 ? 'The connection broke' : `The connection was closed (${code})`);
    for (const listener of closeListeners) listener(why);
  });
  return {
    post: (message) => socket.send(JSON.stringify(message)),
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    close: () => socket.close(),
  };
}
