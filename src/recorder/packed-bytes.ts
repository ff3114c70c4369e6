import { STREAM_NUMBERS } from './batch-layout.ts';
import { wordsOfBuffer } from './batch-buffers.ts';

/** The bytes of a batch: texts, bodies and streams of its frames, one behind the other. */
export class PackedBytes {
  #buffer: Buffer<ArrayBuffer>;
  /** The bytes as numbers of four. */
  #words: Uint32Array;
  #used = 0;

  constructor(buffer: Buffer<ArrayBuffer>) {
    this.#buffer = buffer;
    this.#words = wordsOfBuffer(buffer);
  }

  get buffer(): Buffer<ArrayBuffer> {
    return this.#buffer;
  }

  get used(): number {
    return this.#used;
  }

  /** Begins the next batch, in these bytes. */
  begin(buffer: Buffer<ArrayBuffer>): void {
    this.#buffer = buffer;
    this.#words = wordsOfBuffer(buffer);
    this.#used = 0;
  }

  /** Goes on at a place that numbers of four begin at, and answers it. */
  align(): number {
    this.#room(3 + 4 * STREAM_NUMBERS);
    this.#used = Math.ceil(this.#used / 4) * 4;
    return this.#used;
  }

  /** Adds the numbers of a stream, behind those of others of its row. */
  stream(n: number, sessionAndWire: number, key: number, agent: number): void {
    this.#room(4 * STREAM_NUMBERS);
    const words = this.#words;
    const at = this.#used / 4;
    words[at] = n;
    words[at + 1] = sessionAndWire;
    words[at + 2] = key;
    words[at + 3] = agent;
    this.#used += 4 * STREAM_NUMBERS;
  }

  /** Adds a short text behind its length; answers the place of that. */
  counted(text: string): number {
    this.#room(text.length * 3 + 4);
    const at = this.#used;
    const written = this.#buffer.write(text, at + 4);
    this.#buffer.writeUInt32LE(written, at);
    this.#used = at + written + 4;
    return at;
  }

  /** Adds a text or bytes. */
  add(text: string | Uint8Array, encoding: 'utf8' | 'latin1'): void {
    if (typeof text === 'string') {
      // Three bytes for each character are enough; a long text is measured first.
      this.#room(text.length > 4_096 ? Buffer.byteLength(text) : text.length * 3);
      this.#used += this.#buffer.write(text, this.#used, encoding);
    } else {
      this.#room(text.byteLength);
      this.#buffer.set(text, this.#used);
      this.#used += text.byteLength;
    }
  }

  /** Makes room for so many more bytes: within a row nothing can be handed over. */
  #room(bytes: number): void {
    if (this.#used + bytes <= this.#buffer.byteLength) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#used + bytes, this.#buffer.byteLength * 2));
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
    this.#words = wordsOfBuffer(larger);
  }
}
