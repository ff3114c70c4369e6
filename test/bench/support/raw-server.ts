// The hardest reference for delivery: bare sockets, and a loop that writes one buffer to each of them.
import { createServer, type AddressInfo, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
const STREAM_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';
const ACCEPTED = 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n';

const streams = new Map<string, Socket>();
let opened = 0;

/** Takes whole requests off the front of what came; answers the rest. */
function serve(socket: Socket, received: string): string {
  let text = received;
  for (let end = text.indexOf(HEAD_END); end !== -1; end = text.indexOf(HEAD_END)) {
    const head = text.slice(0, end);
    const length = Number(/content-length: (\d+)/iu.exec(head)?.[1] ?? 0);
    const bodyEnd = end + HEAD_END.length + length;
    if (text.length < bodyEnd) return text;
    const [method, path = ''] = head.split(' ', 2);
    if (method === 'GET') open(socket);
    else accept(socket, path, text.slice(end + HEAD_END.length, bodyEnd));
    text = text.slice(bodyEnd);
  }
  return text;
}

function open(socket: Socket): void {
  const endpoint = `/messages/${++opened}`;
  streams.set(endpoint, socket);
  socket.on('close', () => streams.delete(endpoint));
  socket.write(`${STREAM_HEAD}event: endpoint\ndata: ${endpoint}\n\n`);
}

function accept(socket: Socket, path: string, body: string): void {
  const { id } = JSON.parse(body) as { id?: number };
  socket.write(ACCEPTED);
  if (id === undefined) return;
  streams.get(path)?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n\n`);
}

const server = createServer({ noDelay: true }, (socket) => {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => (text = serve(socket, text + piece)));
  socket.on('error', () => undefined); // `close` follows
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}/sse` });
});

process.on('message', ({ count }: { count: number }) => {
  const frame = Buffer.from(process.env['BENCH_FRAME'] ?? '');
  let left = count;
  const next = (): void => {
    for (const stream of streams.values()) stream.write(frame);
    if (--left > 0) setImmediate(next);
    else process.send?.({});
  };
  next();
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
