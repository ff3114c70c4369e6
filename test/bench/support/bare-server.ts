// The reference for delivery: a node:http server that writes one buffer to each open stream.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const streams = new Set<ServerResponse>();
const server = createServer((request, response) => {
  if (request.url === '/sse') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write('event: endpoint\ndata: /messages\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
    return;
  }
  // The handshake's answers go to the newest stream: the bench opens one at a time.
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const { id } = JSON.parse(body) as { id?: number };
    if (id !== undefined) {
      const newest = [...streams].at(-1);
      newest?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n\n`);
    }
    response.writeHead(202).end();
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}/sse` });
});

process.on('message', (message: { command: string; count: number }) => {
  if (message.command === 'gc') {
    globalThis.gc?.();
    process.send?.({});
    return;
  }
  const frame = Buffer.from(process.env['BENCH_FRAME'] ?? '');
  let left = message.count;
  const next = (): void => {
    for (const stream of streams) stream.write(frame);
    if (--left > 0) setImmediate(next);
    else process.send?.({});
  };
  next();
});
process.on('SIGTERM', () => process.exit(0));
