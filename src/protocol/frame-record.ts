import type { Wire } from './wire-names.ts';

/**
 * What a frame is. Stored by its place in this list: append only.
 *
 * - `exchange`: an HTTP exchange: its request's head, its answer's head, and bodies that are no messages
 * - `request`, `response`, `notification`: a JSON-RPC message
 * - `event`: a server-sent event that is no message (`endpoint`, an id alone)
 * - `comment`, `keep-alive`: a server-sent comment
 * - `close`: the end of a stream
 * - `gap`: frames that could not be recorded, as the disk did not keep up
 */
export const frameKinds = [
  'exchange',
  'request',
  'response',
  'notification',
  'event',
  'comment',
  'keep-alive',
  'close',
  'gap',
] as const;
export type FrameKind = (typeof frameKinds)[number];

/**
 * How it went. Stored by its place in this list: append only.
 *
 * - `pending`: a request or an exchange that has not been answered (yet)
 * - `ok`
 * - `error`: a JSON-RPC error, a tool's `isError`, or an HTTP status from 500 on
 * - `refused`: an exchange that the hub answered with a status from 400 to 499
 * - `aborted`: the client left before the answer was sent
 */
export const frameOutcomes = ['pending', 'ok', 'error', 'refused', 'aborted'] as const;
export type FrameOutcome = (typeof frameOutcomes)[number];

/**
 * One thing that passed between a client and the hub, as the recorder keeps it. Bodies and headers are apart
 * ({@link FrameContent}). A frame changes after it was recorded: an exchange and a request when they are answered.
 */
export interface FrameRecord {
  /** `frm_<launch>_<n>`: the `cause` of the events that it led to. Never given twice. */
  readonly id: string;
  /** Grows by 1 with each frame, over all launches: the order of frames, and the cursor of pages. */
  readonly place: number;
  /** Ms since the epoch. */
  readonly at: number;
  /** Ms on the clock that never jumps, since its launch: differences of two frames of one launch are spans. */
  readonly elapsedMs: number;
  readonly kind: FrameKind;
  /** As the hub sees it: `in` came from the client. */
  readonly direction: 'in' | 'out';
  /** Id of the frame of the HTTP exchange that carried it. */
  readonly exchange?: string;
  readonly sessionId?: string;
  readonly keyId?: string;
  /** Name of the agent under its key. */
  readonly agent?: string;
  /** Id of the workspace that it is about. */
  readonly workspace?: string;
  /** Absent for what is plain HTTP beside the wires. */
  readonly wire?: Wire;
  /** JSON-RPC method, of a response that of its request; HTTP method of an exchange; name of an SSE event. */
  readonly method?: string;
  /** The tool of a `tools/call`. */
  readonly tool?: string;
  /** URI of a resource, name of a prompt, type of the event that a notification carries; path of an exchange; why a stream ended. */
  readonly subject?: string;
  readonly rpcId?: string | number;
  /** HTTP status of an exchange. */
  readonly status?: number;
  readonly outcome: FrameOutcome;
  /** JSON-RPC error code, or the HubErrorCode of a refusal or of a tool that answered `isError`. */
  readonly code?: string | number;
  /** Of the body as it was on the wire; of a gap: all that was not recorded. */
  readonly sizeBytes: number;
  /** Of a request: id of its response; of a response: id of its request. */
  readonly pair?: string;
  /** Of a response and of the request that it answers: from arrival to departure. Of an exchange: to its end. In ms. */
  readonly latencyMs?: number;
  /** Seq of the event that a notification tells of. */
  readonly seq?: number;
  /** `id:` of the server-sent event that carried it. */
  readonly eventId?: string;
  /** How many secrets were replaced by a marker in its body and headers. */
  readonly masked: number;
  /** `preview`: the body is over 256 KiB and lies in a file of its own. `none`: it had none, or was not kept. */
  readonly body: 'none' | 'whole' | 'preview';
  /** Of a gap: how many frames were not recorded. */
  readonly dropped?: number;
}

/** The first line and the headers of an HTTP message, in order and as they were sent; secrets are masked. */
export interface FrameHead {
  /** `POST /mcp HTTP/1.1`, `HTTP/1.1 200 OK`. */
  readonly line: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A body: the characters that were on the wire. */
export interface FrameBody {
  /** With `base64` the bytes are not UTF-8. */
  readonly encoding: 'utf8' | 'base64';
  readonly text: string;
  readonly sizeBytes: number;
  /** Whether `text` is only the beginning: the call `frameBody` reads the rest. */
  readonly cut: boolean;
}

/** A frame with all that is kept of it. */
export interface FrameContent {
  readonly frame: FrameRecord;
  /** Of an exchange, and of the exchange that carried a message. */
  readonly request?: FrameHead;
  readonly response?: FrameHead;
  /** Of a message or an event: its text. Of an exchange: the request's body, where that is no message. */
  readonly body?: FrameBody;
  /** Of an exchange: the answer's body, where that is no message. */
  readonly answer?: FrameBody;
}

/** Frames in the order of their places, newest first with `before`, oldest first with `after`. */
export interface FramesPage {
  readonly frames: readonly FrameRecord[];
  /** Places of the oldest and the newest frame that are kept; 0 without any. */
  readonly oldest: number;
  readonly newest: number;
  /** Whether there are more in that direction, or may be: as far as `reached` was looked. */
  readonly more: boolean;
  /** The last place that was looked at, which is that of the last frame unless a search took long. */
  readonly reached: number;
}

/** Why the hub goes on without recording. */
export interface RecorderFailure {
  readonly code: 'recorder_newer' | 'recorder_corrupt' | 'recorder_locked' | 'recorder_full' | 'recorder_failed';
  /** What to do about it. */
  readonly message: string;
}

/** Whether frames are recorded, for the status bar. `droppedFrames`: since the launch, as the disk did not keep up. */
export type RecorderHealth =
  | { readonly status: 'on'; readonly droppedFrames: number }
  | { readonly status: 'off' }
  | ({ readonly status: 'failed'; readonly droppedFrames: number } & RecorderFailure);
