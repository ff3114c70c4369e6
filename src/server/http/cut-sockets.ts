import type { Socket } from 'node:net';

const reasons = new WeakMap<Socket, string>();

/** Ends a connection at once, and keeps why for whatever is open on it. */
export function cutSocket(socket: Socket, reason: string): void {
  reasons.set(socket, reason);
  socket.destroy();
}

/** Why {@link cutSocket} ended a connection; undefined where it did not. */
export function cutReason(socket: Socket): string | undefined {
  return reasons.get(socket);
}
