import type { Channel } from '../../src/protocol/api.ts';

/**
 * Two ends of a channel within a process. As on a MessagePort, messages are cloned and arrive in a
 * later turn, in order; closing one end closes the other.
 */
export function memoryChannel(): { readonly hubEnd: Channel; readonly dashboardEnd: Channel } {
  const { port1, port2 } = new MessageChannel();
  return { hubEnd: channelOn(port1), dashboardEnd: channelOn(port2) };
}

function channelOn(port: MessagePort): Channel {
  return {
    post: (message) => port.postMessage(message),
    on(listener) {
      const take = ({ data }: MessageEvent<unknown>): void => listener(data);
      port.addEventListener('message', take);
      port.start();
      return () => port.removeEventListener('message', take);
    },
    onClose(listener) {
      const closed = (): void => listener('port_closed');
      port.addEventListener('close', closed);
      return () => port.removeEventListener('close', closed);
    },
    close: () => port.close(),
  };
}
