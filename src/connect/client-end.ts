import type { Readable, Writable } from 'node:stream';

/** Bytes of a message of the client; the hub takes no more than 4 MiB. */
export const MOST_LINE_BYTES = 8 * 1024 * 1024;
/** Bytes that wait for a client that does not read; past them the bridge reads neither from it nor from the hub. */
export const MOST_UNREAD_BYTES = 8 * 1024 * 1024;

export interface ClientEndOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** A whole line, without its end. */
  readonly onLine: (line: string) => void;
  /** A line that is longer than {@link MOST_LINE_BYTES}; it is thrown away. */
  readonly onTooLong: () => void;
  /** Called once, when the client has gone. */
  readonly onGone: () => void;
}

/** The client's end of the bridge: a message a line on stdin and stdout, and nothing else (MCP, stdio transport). */
export class ClientEnd {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #options: ClientEndOptions;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Whether what comes belongs to a line that was too long. */
  #skipping = false;
  /** Whether the client has closed its end. */
  #gone = false;
  #isReading = true;
  #waiting: (() => void)[] = [];

  constructor(options: ClientEndOptions) {
    this.#options = options;
    this.#input = options.input;
    this.#output = options.output;
    this.#input.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#input.on('end', () => this.#left());
    this.#input.on('error', () => this.#left());
    this.#output.on('error', () => {
      this.#isReading = false; // EPIPE
      this.#left();
    });
    this.#output.on('drain', () => this.#drained());
  }

  /** Sends one message; its text has no line end. */
  send(text: string): void {
    if (!this.#isReading) return;
    this.#output.write(`${text}\n`);
    if (this.#output.writableLength > MOST_UNREAD_BYTES) this.#input.pause();
  }

  /** Whether the client may still read what is sent. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Resolves when the client has read so much that more may be sent to it, or has gone. */
  async room(): Promise<void> {
    if (!this.#isReading || this.#output.writableLength <= MOST_UNREAD_BYTES) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#isReading = false;
    this.#drained();
    this.#input.destroy();
    this.#left();
  }

  #take(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#add(chunk.subarray(from, end));
      from = end + 1;
      if (this.#skipping) this.#skipping = false;
      else this.#endLine();
    }
    this.#add(chunk.subarray(from));
  }

  #add(part: Buffer): void {
    if (this.#skipping || part.length === 0) return;
    this.#bytes += part.length;
    this.#parts.push(part);
    if (this.#bytes <= MOST_LINE_BYTES) return;
    this.#parts = [];
    this.#bytes = 0;
    this.#skipping = true;
    this.#options.onTooLong();
  }

  #endLine(): void {
    const line = Buffer.concat(this.#parts).toString('utf8').trim();
    this.#parts = [];
    this.#bytes = 0;
    if (line !== '') this.#options.onLine(line);
  }

  #drained(): void {
    this.#input.resume();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) one();
  }

  #left(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#options.onGone();
  }
}
