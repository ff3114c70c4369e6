/**
 * How frames are handed to the recorder's thread: a batch is a table of numbers, a row for each frame, and the bytes
 * that rows refer to. Buffers change hands without a copy, and packing a row costs the hub's loop about a microsecond,
 * where cloning an object costs five.
 */
export const BATCH_COLUMNS = [
  'op',
  'n',
  'at',
  'elapsed',
  'kind',
  'direction',
  'wire',
  'exchange',
  'session',
  'key',
  'agent',
  'workspace',
  'method',
  'tool',
  'subject',
  'rpcType',
  'rpc',
  'status',
  'outcome',
  'code',
  'codeName',
  'size',
  'replyTo',
  'latency',
  'seq',
  'bodyForm',
  'bodyAt',
  'bodyBytes',
  'headAt',
  'headBytes',
  'answerAt',
  'answerBytes',
  'dropped',
  'streams',
  'streamsAt',
] as const;

type BatchColumn = (typeof BATCH_COLUMNS)[number];

/** Place of each column in a row. Without a kind the message is to be described from its text. Absent values are `NaN`; names are places in the list of names, from 0. */
export const COLUMN = Object.fromEntries(BATCH_COLUMNS.map((name, at) => [name, at])) as Readonly<
  Record<BatchColumn, number>
>;
export const ROW_NUMBERS = BATCH_COLUMNS.length;

/** What a row is: a new frame, or what became known of an exchange. */
export const OP = { frame: 0, exchange: 1 } as const;

/**
 * What the bytes of a row's body are: none, as they are, a server-sent event in an HTTP chunk, such a one without its
 * `id: <session>.`, or those that came with frame number `bodyAt`.
 */
export const BODY = { none: 0, text: 1, sse: 2, shared: 3, ref: 4 } as const;

/**
 * A frame with `streams` stands for so many, whose numbers follow one another: of one body that went to many streams, one
 * after the other. At `streamsAt` among the bytes are these numbers for each, of four bytes: of the frame of its
 * exchange; of its session among the names, with its wire ({@link sessionAndWire}); of its key and of its agent there.
 * A name's number is its place from 1 on, and 0 without one.
 */
export const STREAM_NUMBERS = 4;
/** Streams that one row stands for at most: they all have the time of the first. */
export const MOST_STREAMS = 256;

/** Two numbers in one: wires have places up to 2 in their list. */
export function sessionAndWire(session: number, wire: number): number {
  return session * 4 + wire + 1;
}

/** Type of a JSON-RPC id: absent, `null`, a number, or a text in the bytes (`rpc` is its place, four bytes of length first). */
export const RPC = { none: 0, null: 1, number: 2, text: 3 } as const;

export interface FrameBatch {
  readonly rows: number;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Names that are new since the last batch; with `restart` the list begins anew with them. */
  readonly names: readonly string[];
  readonly restart: boolean;
}
