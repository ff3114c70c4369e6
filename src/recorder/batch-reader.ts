import { BODY, COLUMN, type FrameBatch, OP, ROW_NUMBERS, RPC, STREAM_NUMBERS } from './batch-layout.ts';

/** A body as it came in a batch: bytes with secrets, as Latin-1. */
export interface ReadBody {
  readonly bytes: Uint8Array;
  /** Of a body for many streams: what ends its event id. */
  readonly suffix?: string | undefined;
  /** Of an event of one stream. */
  readonly eventId?: string | undefined;
}

/** Reads the rows of a batch. Names are numbers in the hub's list until {@link BatchReader.name}. */
export class BatchReader {
  /** The hub's list of names. */
  #names: string[] = [];
  #numbers = new Float64Array(0);
  #bytes: Buffer = Buffer.alloc(0);
  #row = 0;
  readonly #idOf: (name: string) => number;
  /** Numbers in the database of the names in the list, as far as they were looked up. */
  #ids: (number | undefined)[] = [];

  /** @param idOf a name's number in the database */
  constructor(idOf: (name: string) => number) {
    this.#idOf = idOf;
  }

  begin({ numbers, bytes, names, restart }: FrameBatch): void {
    if (restart) {
      this.#names = [];
      this.#ids = [];
    }
    this.#names.push(...names);
    this.#numbers = numbers;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Goes to a row. */
  at(row: number): void {
    this.#row = row * ROW_NUMBERS;
  }

  get isExchange(): boolean {
    return this.#numbers[this.#row] === OP.exchange;
  }

  /** A column's number; `null` where it has none. */
  number(column: keyof typeof COLUMN): number | null {
    const value = this.#numbers[this.#row + COLUMN[column]] ?? NaN;
    return value !== value ? null : value;
  }

  name(column: keyof typeof COLUMN): string | null {
    const at = this.#numbers[this.#row + COLUMN[column]] ?? NaN;
    return at !== at ? null : (this.#names[at] ?? null);
  }

  /** The number in the database of a column's name; `null` where it has none. */
  nameId(column: keyof typeof COLUMN): number | null {
    const at = this.#numbers[this.#row + COLUMN[column]] ?? NaN;
    return at !== at ? null : this.idAt(at);
  }

  /** The same of the name at a place in the list. */
  idAt(at: number): number {
    return (this.#ids[at] ??= this.#idOf(this.#names[at] ?? ''));
  }

  /** What the database said of names is not so any more. */
  forgetIds(): void {
    this.#ids = [];
  }

  /** The streams that the row stands for; `undefined` where it is one frame. */
  streams(): Uint32Array | undefined {
    const count = this.number('streams');
    const at = this.number('streamsAt');
    if (count === null || at === null) return undefined;
    return new Uint32Array(this.#bytes.buffer, this.#bytes.byteOffset + at, count * STREAM_NUMBERS);
  }

  rpcId(): number | string | null {
    const at = this.#numbers[this.#row + COLUMN.rpc] ?? NaN;
    switch (this.#numbers[this.#row + COLUMN.rpcType]) {
      case RPC.number:
        return at;
      case RPC.text:
        return this.#bytes.toString('utf8', at + 4, at + 4 + this.#bytes.readUInt32LE(at));
      default:
        return null;
    }
  }

  /** The bytes in two columns; `undefined` where there are none. */
  bytes(at: 'bodyAt' | 'headAt' | 'answerAt', length: 'bodyBytes' | 'headBytes' | 'answerBytes'): Buffer | undefined {
    const from = this.#numbers[this.#row + COLUMN[at]] ?? NaN;
    return from !== from
      ? undefined
      : this.#bytes.subarray(from, from + (this.#numbers[this.#row + COLUMN[length]] ?? 0));
  }

  /** Number of the frame whose body this row has too. */
  get sharedWith(): number | undefined {
    return this.#numbers[this.#row + COLUMN.bodyForm] === BODY.ref ? (this.number('bodyAt') ?? undefined) : undefined;
  }

  /** The row's own body, without what is around it on the wire. */
  body(): ReadBody | undefined {
    const form = this.#numbers[this.#row + COLUMN.bodyForm];
    if (form === BODY.none || form === BODY.ref) return undefined;
    const bytes = this.bytes('bodyAt', 'bodyBytes');
    if (!bytes) return undefined;
    return form === BODY.text ? { bytes } : unframed(bytes, form === BODY.shared);
  }
}

const CR = 13;
const LF = 10;

/** Takes a server-sent event out of its HTTP chunk, and its data out of that; what has no data stays whole. */
function unframed(chunk: Buffer, isShared: boolean): ReadBody {
  const start = chunk.indexOf(LF) + 1;
  let end = chunk.length;
  if (chunk[end - 1] === LF && chunk[end - 2] === CR) end -= 2;
  const event = chunk.subarray(start, end);
  let at = 0;
  let id: string | undefined;
  if (isShared) {
    at = event.indexOf(LF) + 1;
    id = event.toString('latin1', 0, at - 1);
  } else if (event.toString('latin1', 0, 4) === 'id: ') {
    at = event.indexOf(LF) + 1;
    id = event.toString('latin1', 4, at - 1);
  }
  const known = id === undefined ? {} : isShared ? { suffix: id } : { eventId: id };
  const isMessage =
    event.toString('latin1', at, at + MESSAGE.length) === MESSAGE &&
    event[event.length - 1] === LF &&
    event[event.length - 2] === LF;
  return isMessage
    ? { bytes: event.subarray(at + MESSAGE.length, event.length - 2), ...known }
    : { bytes: event, ...known };
}

const MESSAGE = 'event: message\ndata: ';
