import type { FrameKind, FrameOutcome } from '../protocol/frame-record.ts';
import type { Wire } from '../protocol/wire-names.ts';

/** Who a frame is of; the actor of a session fits. Known again by identity, so one object should stand for many frames. */
export interface FrameParty {
  readonly key?: string | undefined;
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
}

/**
 * A body that goes to many streams: it is handed over and stored once. `chunk` is an event in one HTTP chunk that
 * lacks its beginning, `id: <session>.`; or `text` is the data of an event without an id.
 */
export interface SharedBody {
  readonly chunk?: Uint8Array;
  readonly text?: string;
  /** Number of the first frame that has it; the recorder's to set. */
  first?: number | undefined;
}

/** The bytes of a frame: a message's text, a server-sent event in an HTTP chunk as it is written, or other bytes. */
export type BodyInput =
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'sse'; readonly chunk: Uint8Array }
  | { readonly form: 'bytes'; readonly bytes: Uint8Array }
  | { readonly form: 'shared'; readonly shared: SharedBody };

/** Bytes of a body that are handed over, or somewhat less: characters count as one. */
export function bytesOfBody(body: BodyInput | undefined): number {
  switch (body?.form) {
    case undefined:
      return 0;
    case 'text':
      return body.text.length;
    case 'bytes':
      return body.bytes.byteLength;
    case 'sse':
      return body.chunk.byteLength;
    case 'shared': {
      const { first, chunk, text } = body.shared;
      return first === undefined ? (chunk?.byteLength ?? text?.length ?? 0) : 0;
    }
    default:
      return body satisfies never;
  }
}

/** What may be said of a frame. Number and time are the recorder's to add; the size is that of the body where there is one. */
export interface FrameInput {
  /** `found`: kind, method, id, outcome and pair are read from the body, by the recorder's thread. */
  readonly kind: FrameKind | 'found';
  readonly direction: 'in' | 'out';
  readonly party?: FrameParty | undefined;
  readonly wire?: Wire | undefined;
  readonly workspace?: string | undefined;
  /** Number of the frame of its exchange. */
  readonly exchange?: number | undefined;
  readonly method?: string | undefined;
  readonly tool?: string | undefined;
  readonly subject?: string | undefined;
  readonly rpcId?: string | number | null | undefined;
  readonly status?: number | undefined;
  /** Default `ok`. */
  readonly outcome?: FrameOutcome | undefined;
  readonly code?: string | number | undefined;
  /** Number of the frame that it answers. */
  readonly replyTo?: number | undefined;
  readonly latencyMs?: number | undefined;
  readonly seq?: number | undefined;
  readonly sizeBytes?: number | undefined;
  readonly body?: BodyInput | undefined;
}

/** A message that goes to many streams, each of which is a frame. */
export type SharedInput = Omit<FrameInput, 'kind' | 'direction' | 'party' | 'wire' | 'exchange' | 'body'> & {
  readonly kind: FrameKind;
  readonly body: Extract<BodyInput, { readonly form: 'shared' }>;
};

/** A stream that such a message was written on. */
export interface StreamInput {
  /** Number of the frame of its exchange. */
  readonly n: number;
  readonly party?: FrameParty | undefined;
  readonly wire?: Wire | undefined;
}

/** What becomes known of an exchange after its request's head. */
export interface ExchangeInput {
  /** Of the frame that was recorded when it began. */
  readonly n: number;
  readonly party?: FrameParty | undefined;
  readonly wire?: Wire | undefined;
  readonly status?: number | undefined;
  readonly outcome: FrameOutcome;
  readonly code?: string | number | undefined;
  readonly latencyMs?: number | undefined;
  /** The answer's head as it was sent. */
  readonly head?: string | undefined;
  /** Bodies that are no messages: the request's, and the answer's. */
  readonly body?: string | Uint8Array | undefined;
  readonly answer?: string | Uint8Array | undefined;
}
