import type { IncomingMessage } from 'node:http';

/** Whether a request came to the hub itself over TLS. */
export function isSecure({ socket }: Pick<IncomingMessage, 'socket'>): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}
