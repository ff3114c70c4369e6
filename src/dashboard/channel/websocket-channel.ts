import type { Channel } from '../../protocol/api.ts';
import { HubError } from '../../protocol/errors.ts';
import { ChannelListeners } from './channel-listeners.ts';

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
  const listeners = new ChannelListeners();
  socket.addEventListener('message', ({ data }) => listeners.message(JSON.parse(String(data))));
  socket.addEventListener('close', ({ reason, code }) =>
    listeners.closed(reason || (code === 1006 ? 'The connection broke' : `The connection was closed (${code})`)),
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
