import { connect, type Socket } from 'node:net';

/**
 * An SSE agent on two bare sockets, as light as a client can be, so that a bench measures the
 * server: one for the stream, one kept alive for the POSTs.
 */
export class RawSse {
  readonly #host: string;
  readonly #port: number;
  readonly #key: string;
  readonly #stream: Socket;
  #post: Socket | undefined;
  #postPath = '';
  #text = '';
  #nextId = 0;
  readonly #waiting = new Map<number, (message: RpcMessage) => void>();
  #endpoint: (() => void) | undefined;
  #onEvent: ((message: RpcMessage) => void) | undefined;

  private constructor(url: URL, key: string) {
    this.#host = url.hostname;
    this.#port = Number(url.port);
    this.#key = key;
    this.#stream = connect(this.#port, this.#host);
    this.#stream.setNoDelay(true);
  }

  /** Opens the stream, waits for `endpoint`, initializes. */
  static async open(url: URL, key: string): Promise<RawSse> {
    const client = new RawSse(url, key);
    await client.#begin(url);
    await client.request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'bench', version: '1' },
    });
    client.#send({ method: 'notifications/initialized' });
    return client;
  }

  async #begin(url: URL): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#endpoint = resolve;
      this.#stream.once('error', reject);
      this.#stream.once('close', () => reject(new Error('stream closed')));
    });
    this.#stream.setEncoding('latin1');
    this.#stream.on('data', (chunk) => this.#take(String(chunk)));
    this.#stream.write(
      `GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${this.#key}\r\nAccept: text/event-stream\r\n\r\n`,
    );
    await opened;
  }

  /** Sends a JSON-RPC request; resolves with its answer from the stream. */
  request(method: string, params: unknown): Promise<RpcMessage> {
    const id = ++this.#nextId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  /** What the server says by itself. */
  onNotification(listener: (message: RpcMessage) => void): void {
    this.#onEvent = listener;
  }

  /** From now on only counts frames (blank lines) and hands the count over; no parsing. */
  countFrames(counted: (frames: number) => void): void {
    this.#stream.removeAllListeners('data');
    let endsInNewline = false;
    this.#stream.on('data', (chunk) => {
      const text = String(chunk);
      let frames = endsInNewline && text.startsWith('\n') ? 1 : 0;
      for (let at = text.indexOf('\n\n'); at !== -1; at = text.indexOf('\n\n', at + 2)) frames++;
      endsInNewline = text.endsWith('\n') && !text.endsWith('\n\n');
      if (frames > 0) counted(frames);
    });
  }

  close(): void {
    this.#stream.removeAllListeners('close');
    this.#stream.destroy();
    this.#post?.destroy();
  }

  #send(message: object): void {
    if (!this.#post) {
      this.#post = connect(this.#port, this.#host);
      this.#post.setNoDelay(true);
      this.#post.resume();
    }
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#post.write(
      `POST ${this.#postPath} HTTP/1.1\r\nHost: ${this.#host}:${this.#port}\r\nAuthorization: Bearer ${this.#key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  #take(chunk: string): void {
    this.#text += chunk;
    for (let end = this.#text.indexOf('\n\n'); end !== -1; end = this.#text.indexOf('\n\n')) {
      const frame = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      this.#frame(frame);
    }
  }

  #frame(frame: string): void {
    const at = frame.indexOf('data: ');
    if (at === -1) return;
    const data = frame.slice(at + 6);
    if (frame.includes('event: endpoint')) {
      this.#postPath = data.startsWith('http') ? data.slice(data.indexOf('/', 8)) : data;
      this.#endpoint?.();
      return;
    }
    const message = JSON.parse(data) as RpcMessage; // our own servers' words
    if (message.method !== undefined) return this.#onEvent?.(message);
    const resolve = this.#waiting.get(Number(message.id));
    this.#waiting.delete(Number(message.id));
    resolve?.(message);
  }
}

export interface RpcMessage {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly uri?: string; readonly _meta?: Record<string, unknown> };
  readonly result?: { readonly isError?: boolean; readonly structuredContent?: Record<string, unknown> };
  readonly error?: { readonly code: number; readonly message: string };
}
