import net from 'node:net';
import type { AddressInfo } from 'node:net';

/** One HTTP exchange as it crossed a TCP connection; characters are bytes. */
export interface CapturedExchange {
  readonly request: string;
  /** Empty where there was none. */
  readonly response: string;
  /** The response has no end: its reader left before. */
  readonly isCut: boolean;
}

/** A proxy on loopback that passes bytes on and keeps them. */
export interface TcpCapture {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** Sends what comes from now on to this port. */
  passTo(port: number): void;
  /** All exchanges, connection by connection. */
  exchanges(): readonly CapturedExchange[];
  close(): Promise<void>;
}

export async function captureTcp(): Promise<TcpCapture> {
  let target = 0;
  const talks: { sent: string; got: string }[] = [];
  const open = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const talk = { sent: '', got: '' };
    talks.push(talk);
    const hub = net.connect(target, '127.0.0.1');
    for (const socket of [client, hub]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        hub.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      talk.sent += bytes.toString('latin1');
      hub.write(bytes);
    });
    hub.on('data', (bytes: Buffer) => {
      talk.got += bytes.toString('latin1');
      client.write(bytes);
    });
    client.on('end', () => hub.end());
    hub.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    passTo: (port) => {
      target = port;
    },
    exchanges: () => talks.flatMap(({ sent, got }) => exchangesIn(sent, got)),
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function exchangesIn(sent: string, got: string): CapturedExchange[] {
  const requests = messagesIn(sent, false);
  const responses = messagesIn(got, true);
  return requests.map(({ text: request }, at) => {
    const { text: response = '', isCut = true } = responses[at] ?? {};
    return { request, response, isCut };
  });
}

interface Message {
  readonly text: string;
  readonly isCut: boolean;
}

/** The HTTP messages of one direction, each as its head with `Name: value` lines, an empty line, and its decoded body. */
function messagesIn(bytes: string, areResponses: boolean): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end === -1) return [...messages, { text: bytes.slice(at), isCut: true }];
    const head = bytes.slice(at, end);
    at = end + 4;
    const value = (name: string): string | undefined => new RegExp(`\r\n${name}: *([^\r]*)`, 'iu').exec(head)?.[1];
    let body = '';
    let isCut = false;
    const length = value('content-length');
    if (value('transfer-encoding') === 'chunked') {
      isCut = true;
      while (isCut) {
        const size = bytes.indexOf('\r\n', at);
        if (size === -1) break;
        const count = Number.parseInt(bytes.slice(at, size), 16);
        body += bytes.slice(size + 2, size + 2 + count);
        at = size + 2 + count + 2;
        isCut = count !== 0;
        if (at >= bytes.length) break;
      }
    } else if (length !== undefined && !(areResponses && /^HTTP\S+ (?:1|204|304)/u.test(head))) {
      body = bytes.slice(at, at + Number(length));
      at += Number(length);
      isCut = at > bytes.length;
    }
    const plain = head.replaceAll(/\r\n([^:\r]*): *([^\r]*?) *(?=\r\n|$)/gu, '\r\n$1: $2');
    messages.push({ text: `${plain}\r\n\r\n${body}`, isCut });
  }
  return messages;
}
