import type { Channel } from '../../protocol/api.ts';
import { ChannelListeners } from '../../protocol/channel-listeners.ts';
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
  throw new HubError('hub_closed', unopenedWords(status));
}

/**
 * Why no connection was opened, by the status with which the hub answered a question over HTTP; 0 for none. An answer
 * that all is well says that the hub is there by now, as at the end of a restart.
 */
export function unopenedWords(status: number): string {
  if (status === 0) return 'The hub does not answer';
  if (status < 300) return 'The hub is there, but the connection broke while it was opened';
  return status < 500 ? 'The hub refused the connection' : 'The hub cannot take connections at the moment';
}

function channelOver(socket: WebSocket): Channel {
  const listeners = new ChannelListeners();
  socket.addEventListener('message', ({ data }) => listeners.message(JSON.parse(String(data))));
  socket.addEventListener('close', ({ reason, code }) =>
    listeners.closed(reason || (code === 1006 ? 'The connection broke' : 'The hub closed the connection')),
  );
  return {
    post: (message) => socket.send(JSON.stringify(message)),
    on: listeners.on,
    onClose: listeners.onClose,
    close() {
      socket.close();
      // A hub that has stopped does not answer the goodbye: the browser would wait for it.
      listeners.closed('The connection was given up');
    },
  };
}
