import { frameKinds, frameOutcomes } from '../protocol/frame-record.ts';
import {
  BODY,
  COLUMN,
  type FrameBatch,
  MOST_STREAMS,
  OP,
  ROW_NUMBERS,
  RPC,
  sessionAndWire,
  STREAM_NUMBERS,
} from './batch-layout.ts';
import type { BodyInput, ExchangeInput, FrameInput, SharedBody, SharedInput, StreamInput } from './frame-input.ts';
import { BatchBuffers } from './batch-buffers.ts';
import { PackedBytes } from './packed-bytes.ts';
import { NAME_CHARACTERS, PackedNames } from './packed-names.ts';
import { wires } from '../protocol/wire-names.ts';

const ROW_BYTES = ROW_NUMBERS * Float64Array.BYTES_PER_ELEMENT;

export interface PackerOptions {
  /** Rows of a batch. */
  readonly rows: number;
  /** Bytes of a batch; a body that is larger has a batch of its own. */
  readonly bytes: number;
  /** Hears how many bytes a row took, before its batch is full. */
  readonly onRow: (usedBytes: number) => void;
  /** Takes a batch that is full, or flushed. */
  readonly onBatch: (batch: FrameBatch, usedBytes: number) => void;
}

/** Packs frames into batches, as the hub's loop hands them over: see batch-layout.ts. */
export class FramePacker {
  readonly #options: PackerOptions;
  readonly #buffers: BatchBuffers;
  #numbers: Float64Array<ArrayBuffer>;
  readonly #bytes: PackedBytes;
  #rows = 0;
  readonly #names = new PackedNames();
  /** The row of what goes to many streams just now. */
  #many: { readonly shared: SharedBody; readonly row: number; next: number; count: number } | undefined;

  constructor(options: PackerOptions) {
    this.#options = options;
    this.#buffers = new BatchBuffers(options);
    const { numbers, bytes } = this.#buffers.take();
    this.#numbers = numbers;
    this.#bytes = new PackedBytes(bytes);
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /** @param elapsed ms on the clock that never jumps */
  frame(n: number, at: number, elapsed: number, input: FrameInput, head?: string): void {
    const used = this.#bytes.used;
    this.#frame(n, at, elapsed, input, head);
    this.#tookRow(used);
  }

  /**
   * A frame of one more stream that is sent what others were sent just before: false where it has no place in their row,
   * as another frame came between.
   */
  another(n: number, { shared }: SharedInput['body'], stream: StreamInput): boolean {
    const many = this.#many;
    if (many === undefined || many.shared !== shared || many.next !== n || many.count === MOST_STREAMS) return false;
    this.#stream(stream);
    return true;
  }

  /** The first of many such frames. */
  first(n: number, at: number, elapsed: number, input: SharedInput, stream: StreamInput): void {
    const row = this.#rows * ROW_NUMBERS;
    const used = this.#bytes.used;
    this.#frame(n, at, elapsed, { ...input, direction: 'out' });
    this.#numbers[row + COLUMN.streamsAt] = this.#bytes.align();
    this.#many = { shared: input.body.shared, row, next: n, count: 0 };
    this.#options.onRow(ROW_BYTES + this.#bytes.used - used);
    this.#stream(stream);
  }

  #stream({ n, party, wire }: StreamInput): void {
    const many = this.#many;
    if (!many) return;
    const [session, key, agent] = this.#names.party(party);
    // Without a name its number is NaN, and becomes 0 here.
    const sessionWire = sessionAndWire(session + 1 || 0, wire === undefined ? -1 : wires.indexOf(wire));
    this.#bytes.stream(n, sessionWire, key + 1, agent + 1);
    many.next += 1;
    many.count += 1;
    this.#numbers[many.row + COLUMN.streams] = many.count;
    this.#options.onRow(4 * STREAM_NUMBERS);
    this.#flushIfFull();
  }

  #frame(n: number, at: number, elapsed: number, input: FrameInput, head?: string): void {
    const row = this.#row();
    const numbers = this.#numbers;
    const { party, rpcId, code, replyTo } = input;
    const [session, key, agent] = this.#names.party(party);
    numbers[row + COLUMN.op] = OP.frame;
    numbers[row + COLUMN.n] = n;
    numbers[row + COLUMN.at] = at;
    numbers[row + COLUMN.elapsed] = elapsed;
    numbers[row + COLUMN.kind] = input.kind === 'found' ? NaN : frameKinds.indexOf(input.kind);
    numbers[row + COLUMN.direction] = input.direction === 'in' ? 0 : 1;
    numbers[row + COLUMN.wire] = input.wire === undefined ? NaN : wires.indexOf(input.wire);
    numbers[row + COLUMN.exchange] = input.exchange ?? NaN;
    numbers[row + COLUMN.session] = session;
    numbers[row + COLUMN.key] = key;
    numbers[row + COLUMN.agent] = agent;
    numbers[row + COLUMN.workspace] = this.#names.of(input.workspace);
    numbers[row + COLUMN.method] = this.#names.of(input.method);
    numbers[row + COLUMN.tool] = this.#names.of(input.tool);
    numbers[row + COLUMN.subject] = this.#names.of(input.subject);
    numbers[row + COLUMN.status] = input.status ?? NaN;
    numbers[row + COLUMN.outcome] = frameOutcomes.indexOf(input.outcome ?? 'ok');
    this.#code(row, code);
    numbers[row + COLUMN.size] = input.sizeBytes ?? NaN;
    numbers[row + COLUMN.replyTo] = replyTo ?? NaN;
    numbers[row + COLUMN.latency] = input.latencyMs ?? NaN;
    numbers[row + COLUMN.seq] = input.seq ?? NaN;
    numbers[row + COLUMN.dropped] = NaN;
    this.#body(row, n, input.body);
    this.#text(row, COLUMN.headAt, COLUMN.headBytes, head, 'latin1');
    numbers[row + COLUMN.answerAt] = NaN;
    numbers[row + COLUMN.answerBytes] = NaN;
    numbers[row + COLUMN.streams] = NaN;
    this.#rpcId(row, rpcId);
  }

  /** What became known of an exchange. */
  exchange(at: number, elapsed: number, input: ExchangeInput): void {
    const used = this.#bytes.used;
    const row = this.#row();
    const numbers = this.#numbers;
    const [session, key, agent] = this.#names.party(input.party);
    numbers.fill(NaN, row, row + ROW_NUMBERS);
    numbers[row + COLUMN.op] = OP.exchange;
    numbers[row + COLUMN.n] = input.n;
    numbers[row + COLUMN.at] = at;
    numbers[row + COLUMN.elapsed] = elapsed;
    numbers[row + COLUMN.wire] = input.wire === undefined ? NaN : wires.indexOf(input.wire);
    numbers[row + COLUMN.session] = session;
    numbers[row + COLUMN.key] = key;
    numbers[row + COLUMN.agent] = agent;
    numbers[row + COLUMN.status] = input.status ?? NaN;
    numbers[row + COLUMN.outcome] = frameOutcomes.indexOf(input.outcome);
    this.#code(row, input.code);
    numbers[row + COLUMN.latency] = input.latencyMs ?? NaN;
    this.#text(row, COLUMN.headAt, COLUMN.headBytes, input.head, 'latin1');
    this.#text(row, COLUMN.bodyAt, COLUMN.bodyBytes, input.body);
    this.#text(row, COLUMN.answerAt, COLUMN.answerBytes, input.answer);
    this.#tookRow(used);
  }

  /** Frames from number `n` on that were not recorded. */
  gap(n: number, at: number, elapsed: number, dropped: { readonly frames: number; readonly bytes: number }): void {
    const row = this.#rows * ROW_NUMBERS;
    this.frame(n, at, elapsed, { kind: 'gap', direction: 'in', sizeBytes: dropped.bytes });
    this.#numbers[row + COLUMN.dropped] = dropped.frames;
  }

  /** Hands over what is there. */
  flush(): void {
    if (this.#rows === 0) return;
    const batch: FrameBatch = {
      rows: this.#rows,
      numbers: this.#numbers,
      bytes: this.#bytes.buffer,
      ...this.#names.take(),
    };
    const used = this.#rows * ROW_BYTES + this.#bytes.used;
    this.#rows = 0;
    this.#many = undefined;
    const { numbers, bytes } = this.#buffers.take();
    this.#numbers = numbers;
    this.#bytes.begin(bytes);
    this.#options.onBatch(batch, used);
  }

  /** Takes the buffers of a batch that was written, to be used again. */
  giveBack(batch: Pick<FrameBatch, 'numbers' | 'bytes'>): void {
    this.#buffers.giveBack(batch);
  }

  /** Place of a new row in the numbers; {@link #flushIfFull} sees to it that there is one. */
  #row(): number {
    const row = this.#rows * ROW_NUMBERS;
    this.#rows += 1;
    this.#many = undefined;
    return row;
  }

  #code(row: number, code: string | number | undefined): void {
    this.#numbers[row + COLUMN.code] = typeof code === 'number' ? code : NaN;
    this.#numbers[row + COLUMN.codeName] = typeof code === 'string' ? this.#names.of(code) : NaN;
  }

  #rpcId(row: number, id: string | number | null | undefined): void {
    const numbers = this.#numbers;
    if (typeof id === 'string') {
      // A text that differs from frame to frame: not among the names.
      const kept = id.length > NAME_CHARACTERS ? id.slice(0, NAME_CHARACTERS) : id;
      numbers[row + COLUMN.rpcType] = RPC.text;
      numbers[row + COLUMN.rpc] = this.#bytes.counted(kept);
    } else {
      numbers[row + COLUMN.rpcType] = id === undefined ? RPC.none : id === null ? RPC.null : RPC.number;
      numbers[row + COLUMN.rpc] = id ?? NaN;
    }
  }

  #body(row: number, n: number, body: BodyInput | undefined): void {
    const numbers = this.#numbers;
    if (body === undefined) {
      numbers[row + COLUMN.bodyForm] = BODY.none;
      numbers[row + COLUMN.bodyAt] = NaN;
      numbers[row + COLUMN.bodyBytes] = NaN;
      return;
    }
    switch (body.form) {
      case 'text':
        numbers[row + COLUMN.bodyForm] = BODY.text;
        return this.#text(row, COLUMN.bodyAt, COLUMN.bodyBytes, body.text);
      case 'bytes':
        numbers[row + COLUMN.bodyForm] = BODY.text;
        return this.#text(row, COLUMN.bodyAt, COLUMN.bodyBytes, body.bytes);
      case 'sse':
        numbers[row + COLUMN.bodyForm] = BODY.sse;
        return this.#text(row, COLUMN.bodyAt, COLUMN.bodyBytes, body.chunk);
      case 'shared': {
        const { shared } = body;
        if (shared.first !== undefined) {
          numbers[row + COLUMN.bodyForm] = BODY.ref;
          numbers[row + COLUMN.bodyAt] = shared.first;
          numbers[row + COLUMN.bodyBytes] = NaN;
          return;
        }
        shared.first = n;
        numbers[row + COLUMN.bodyForm] = shared.chunk ? BODY.shared : BODY.text;
        return this.#text(row, COLUMN.bodyAt, COLUMN.bodyBytes, shared.chunk ?? shared.text);
      }
      default:
        body satisfies never;
    }
  }

  /** Puts a text or bytes among the bytes, and where they are into two columns of the row. */
  #text(
    row: number,
    atColumn: number,
    bytesColumn: number,
    text: string | Uint8Array | undefined,
    encoding: 'utf8' | 'latin1' = 'utf8',
  ): void {
    const numbers = this.#numbers;
    if (text === undefined) {
      numbers[row + atColumn] = NaN;
      numbers[row + bytesColumn] = NaN;
      return;
    }
    const at = this.#bytes.used;
    this.#bytes.add(text, encoding);
    numbers[row + atColumn] = at;
    numbers[row + bytesColumn] = this.#bytes.used - at;
  }

  /** @param used bytes before the row */
  #tookRow(used: number): void {
    this.#options.onRow(ROW_BYTES + this.#bytes.used - used);
    this.#flushIfFull();
  }

  #flushIfFull(): void {
    if (this.#rows === this.#options.rows || this.#bytes.used >= this.#options.bytes * 0.75) this.flush();
  }
}
