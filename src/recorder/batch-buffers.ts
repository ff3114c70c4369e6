import { type FrameBatch, ROW_NUMBERS } from './batch-layout.ts';

interface Buffers {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly bytes: Buffer<ArrayBuffer>;
}

/** Spare buffers that are kept; past that they are left to the garbage collector. */
const MOST_SPARE = 4;

/** The buffers of batches, which are used again once a batch is written. */
export class BatchBuffers {
  readonly #size: { readonly rows: number; readonly bytes: number };
  readonly #spare: Buffers[] = [];

  /** @param size rows and bytes of a batch */
  constructor(size: { readonly rows: number; readonly bytes: number }) {
    this.#size = size;
  }

  take(): Buffers {
    const { rows, bytes } = this.#size;
    return this.#spare.pop() ?? { numbers: new Float64Array(rows * ROW_NUMBERS), bytes: Buffer.allocUnsafeSlow(bytes) };
  }

  /** Keeps the buffers of a batch; those of a larger body are not used again. */
  giveBack({ numbers, bytes }: Pick<FrameBatch, 'numbers' | 'bytes'>): void {
    if (this.#spare.length >= MOST_SPARE || bytes.byteLength !== this.#size.bytes) return;
    this.#spare.push({ numbers, bytes: Buffer.from(bytes.buffer) });
  }
}

/** The bytes as numbers of four. */
export function wordsOfBuffer({ buffer, byteLength }: Buffer<ArrayBuffer>): Uint32Array {
  return new Uint32Array(buffer, 0, Math.floor(byteLength / 4));
}
