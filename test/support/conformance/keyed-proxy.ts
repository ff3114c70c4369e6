import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** The suite sends no key: a port that adds one to each request, and hands all else on as it came. */
export interface KeyedProxy {
  readonly port: number;
  /** From now on requests go to this port, with this key. */
  serve(port: number, key: string): void;
  close(): Promise<void>;
}

export async function openKeyedProxy(): Promise<KeyedProxy> {
  let to = { port: 0, key: '' };
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    const asked = http.request(
      {
        port: to.port,
        host: '127.0.0.1',
        method,
        path: url,
        headers: { ...headers, authorization: `Bearer ${to.key}` },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
      },
    );
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    request.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    serve: (port, key) => void (to = { port, key }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
