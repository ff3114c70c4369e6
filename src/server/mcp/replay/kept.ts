import type { StreamFrame } from '../stream/event-stream.ts';
import { httpChunk, sseMessage } from '../stream/http-chunk.ts';
import type { RpcId } from '../../../protocol/json-rpc.ts';

/** The place of a message in its session's stream. Both parts together are unique in the session. */
export interface Position {
  /** Seq of the last event that agents had been notified of when the message was made. */
  readonly seq: number;
  /**
   * What tells messages of one seq apart: `e<n>` the n-th notification of an event, `m` its log
   * message, `r<n>` the n-th message of the session's own.
   */
  readonly tag: string;
}

/** A message of a session's stream, as it is kept for a client that comes back. */
export type Kept = SharedMessage | OwnMessage;

interface KeptMessage extends Position {
  /** What it takes on the stream. Of a mark, which only has a place: 0. */
  readonly bytes: number;
  /** When it was made, by the clock that only runs (`Timers.elapsed`), in ms: kept by age. */
  readonly at: number;
}

/** A message that other sessions keep too: its bytes are not counted as this session's. */
export interface SharedMessage extends KeptMessage {
  readonly shared: true;
  /** What follows `id: <session>.` on each stream, that is `<seq>.<tag>\nevent: …`, as HTTP chunk. */
  readonly chunk: Buffer;
  /** For the recorder. */
  readonly frame: StreamFrame;
  /** The workspace that it is about: it is sent only while the session's key may read that. */
  readonly workspace?: string | undefined;
}

/**
 * A message of one session's own. Its JSON text is kept, which is that of its frame, and not its chunk: most are read
 * at once, and a small buffer holds on to all that was made at the same time.
 */
export interface OwnMessage extends KeptMessage {
  readonly shared: false;
  readonly json: string;
  /** The request that it answers. All else can be had from the log again, or may be lost. */
  readonly answers?: RpcId | undefined;
}

/** An event id: unique in the hub, as it names the session and the place in it. */
export function eventId(sessionId: string, { seq, tag }: Position): string {
  return `${sessionId}.${seq}.${tag}`;
}

/** Takes a `Last-Event-ID` apart; `undefined` for one that is not ours. */
export function parseEventId(id: string): (Position & { readonly sessionId: string }) | undefined {
  const match = /^(ses_[0-9a-z]+)\.(\d{1,15})\.([0-9a-z]+)$/u.exec(id);
  return match ? { sessionId: match[1] ?? '', seq: Number(match[2]), tag: match[3] ?? '' } : undefined;
}

/** The chunk of a message of one session's own. `json`: its JSON-RPC text. */
export function ownChunk(sessionId: string, position: Position, json: string): Buffer {
  return httpChunk(sseMessage(json, eventId(sessionId, position)));
}
