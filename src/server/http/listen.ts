import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { HubError } from '../../protocol/errors.ts';

/** How long a closing server waits for answers that are on their way, in ms. */
const GRACE_MS = 2_000;
const SWEEP_MS = 20;

export interface BoundServer {
  readonly address: AddressInfo;
  /** Takes no more connections, waits a moment for what is under way, and frees the port. */
  close(): Promise<void>;
}

/** Binds the server. @throws HubError `port_in_use`, `address_unavailable` */
export async function listen(server: Server, host: string, port: number): Promise<BoundServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await bind(server, host, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a numeric address');
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        // A connection becomes idle when its last answer is out, which may be a moment from now.
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
        server.close(() => {
          clearTimeout(force);
          clearInterval(sweep);
          resolve();
        });
        // A connection opened in advance and not used yet does not count as idle with Node.
        for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      }),
  };
}

/** Whether {@link listen} would get the address, at this moment. @throws HubError as it does */
export async function probe(host: string, port: number): Promise<void> {
  const server = createServer();
  await bind(server, host, port);
  server.close();
  await once(server, 'close');
}

function bind(server: NetServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(readable(error, host, port)));
    server.listen({ host, port }, () => resolve());
  });
}

function readable(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new HubError(
        'port_in_use',
        `Port ${port} on ${host} is in use. Another Signalbox may be running; choose another port with --port, or 0 for any free one.`,
        { details: { host, port } },
      );
    case 'EACCES':
      return new HubError(
        'address_unavailable',
        `This user may not listen on port ${port}; choose one above 1023 with --port.`,
        {
          details: { host, port },
        },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EINVAL':
      return new HubError(
        'address_unavailable',
        `This machine has no address ${host}; choose one of its own with --host, such as 127.0.0.1.`,
        {
          details: { host, port },
        },
      );
    default:
      return error;
  }
}
