// The reference for delivery: a node:http server that writes one buffer to each open stream.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const streams = new Map<string, ServerResponse>();
let opened = 0;
const server = createServer((request, response) => {
  if (request.url === '/sse') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    const endpoint = `/messages/${++opened}`;
    response.write(`event: endpoint\ndata: ${endpoint}\n\n`);
    streams.set(endpoint, response);
    response.on('close', () => streams.delete(endpoint));
    return;
  }
  const stream = streams.get(request.url ?? '');
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const { id } = JSON.parse(body) as { id?: number };
    if (id !== undefined)
      stream?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n\n`);
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
    for (const stream of streams.values()) stream.write(frame);
    if (--left > 0) setImmediate(next);
    else process.send?.({});
  };
  next();
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
