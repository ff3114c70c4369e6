import type { Socket } from 'node:net';

/** What Node's handle of a socket counts. It is not part of its public types, and `net` itself goes by it. */
interface Handle {
  /** Bytes that were handed to libuv, whole writes. */
  readonly bytesWritten?: number;
  /** Bytes of them that the system has not taken yet; falls with each part of a write that is taken. */
  readonly writeQueueSize?: number;
}

/**
 * How many bytes of what was written the system has taken so far. Unlike `writableLength`, which changes when a
 * write is over, it grows while one large write goes out bit by bit.
 */
export function takenBytes(socket: Socket): number {
  const handle = Reflect.get(socket, '_handle') as Handle | null | undefined;
  return (handle?.bytesWritten ?? 0) - (handle?.writeQueueSize ?? 0);
}
