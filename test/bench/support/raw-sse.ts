import { connect, type Socket } from 'node:net';

const NEWLINE = 10;
const OPENING_AT_ONCE = 50;
const shared = Buffer.allocUnsafe(64 * 1024);

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
  /** Whether a POST has not been accepted yet. */
  #isPosting = false;
  #postPath = '';
  #text = '';
  #nextId = 0;
  readonly #waiting = new Map<number, Waiting>();
  #endpoint: (() => void) | undefined;
  #counted: ((frames: number) => void) | undefined;
  #endsInNewline = false;
  #onEvent: ((message: RpcMessage) => void) | undefined;

  private constructor(url: URL, key: string) {
    this.#host = url.hostname;
    this.#port = Number(url.port);
    this.#key = key;
    // One buffer for all that it reads, and no stream machinery: the client must not be what is measured.
    this.#stream = connect({
      port: this.#port,
      host: this.#host,
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (size, bytes) => {
          if (this.#counted) this.#count(Buffer.from(bytes.buffer, bytes.byteOffset, size), this.#counted);
          else this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, size).toString('latin1'));
          return true;
        },
      },
    });
  }

  /** Opens the stream, waits for `endpoint`, initializes. */
  static async open(url: URL, key: string, clientInfo = { name: 'bench', version: '1' }): Promise<RawSse> {
    const client = new RawSse(url, key);
    await client.#begin(url);
    await client.request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo,
    });
    client.#send({ method: 'notifications/initialized' });
    return client;
  }

  async #begin(url: URL): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#endpoint = resolve;
      this.#stream.once('error', reject);
      this.#stream.once('close', () => reject(new Error('the stream was closed')));
    });
    this.#stream.write(
      `GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${this.#key}\r\nAccept: text/event-stream\r\n\r\n`,
    );
    await opened;
    this.#stream.once('close', () => this.#fail('the stream was closed'));
  }

  /** Opens many, some at a time. */
  static async openMany(count: number, open: () => Promise<RawSse>): Promise<RawSse[]> {
    const opened: RawSse[] = [];
    while (opened.length < count) {
      const some = Array.from({ length: Math.min(OPENING_AT_ONCE, count - opened.length) }, open);
      opened.push(...(await Promise.all(some)));
    }
    return opened;
  }

  /** Sends a JSON-RPC request; resolves with its answer from the stream. */
  async request(method: string, params: unknown): Promise<RpcMessage> {
    return JSON.parse(await this.requestText(method, params)) as RpcMessage; // our own servers' words
  }

  /** The same, answered with the text: for who sends so many that to parse them all would be most of the work. */
  requestText(method: string, params: unknown): Promise<string> {
    const id = ++this.#nextId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  /** What the server says by itself. */
  onNotification(listener: (message: RpcMessage) => void): void {
    this.#onEvent = listener;
  }

  /** From now on only counts frames (blank lines) and hands the count over; no parsing. */
  countFrames(counted: (frames: number) => void): void {
    this.#counted = counted;
  }

  #count(bytes: Buffer, counted: (frames: number) => void): void {
    let frames = this.#endsInNewline && bytes[0] === NEWLINE ? 1 : 0;
    let at = bytes.indexOf('\n\n');
    let end = frames;
    for (; at !== -1; at = bytes.indexOf('\n\n', end)) {
      frames++;
      end = at + 2;
    }
    this.#endsInNewline = end < bytes.length && bytes.at(-1) === NEWLINE;
    if (frames > 0) counted(frames);
  }

  /** Gives the connection for POSTs up, as clients do that have had nothing to say for some seconds. */
  async rest(): Promise<void> {
    const post = this.#post;
    this.#post = undefined;
    if (!post) return;
    const closed = new Promise((resolve) => post.once('close', resolve));
    post.end();
    await closed;
  }

  /** Reads no more, and stays connected. */
  stopReading(): void {
    this.#stream.pause();
  }

  close(): void {
    this.#stream.removeAllListeners('close');
    this.#stream.destroy();
    this.#post?.destroy();
  }

  /** A bench that waits for what will not come says why, and ends. */
  #fail(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }

  #send(message: object): void {
    const post = (this.#post ??= this.#connect());
    this.#isPosting = true;
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    post.write(
      `POST ${this.#postPath} HTTP/1.1\r\nHost: ${this.#host}:${this.#port}\r\nAuthorization: Bearer ${this.#key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  #connect(): Socket {
    const post = connect({
      port: this.#port,
      host: this.#host,
      noDelay: true,
      onread: {
        buffer: shared,
        // The answers have no content that matters; but a refusal must not pass for one.
        callback: (size, bytes) => {
          const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(size, 12)).toString('latin1');
          if (head !== 'HTTP/1.1 202') this.#fail(`A POST was refused: ${head}`);
          this.#isPosting = false;
          return true;
        },
      },
    });
    post.on('error', (error) => this.#fail(error.message));
    // Servers end a connection that rests for some seconds: the next POST takes a new one.
    post.on('close', () => {
      if (this.#post === post) this.#post = undefined;
      if (this.#isPosting) this.#fail('A POST was not accepted before its connection was closed.');
    });
    return post;
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
    const lineEnd = frame.indexOf('\n', at);
    const data = frame.slice(at + 6, lineEnd === -1 ? undefined : lineEnd);
    if (frame.includes('event: endpoint')) {
      this.#postPath = data.startsWith('http') ? data.slice(data.indexOf('/', 8)) : data;
      this.#endpoint?.();
      return;
    }
    // Both servers begin a notification with its method.
    if (/^\{(?:"jsonrpc":"2.0",)?"method":/u.test(data)) return this.#onEvent?.(JSON.parse(data) as RpcMessage);
    const id = Number.parseInt(data.slice(data.indexOf('"id":') + 5), 10);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.resolve(data);
  }
}

interface Waiting {
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
}

export interface RpcMessage {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly uri?: string; readonly _meta?: Record<string, unknown> };
  readonly result?: { readonly isError?: boolean; readonly structuredContent?: Record<string, unknown> };
  readonly error?: { readonly code: number; readonly message: string };
}
