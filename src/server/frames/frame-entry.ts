import type { Wire } from '../../protocol/events/sessions.ts';
import type { Frame, FrameDetail } from '../../protocol/frames.ts';
import { shortened } from '../shortened.ts';
import { maskBody, maskHeaders } from './mask.ts';

/** Bodies are kept up to this size, in bytes. */
export const BODY_KEPT_BYTES = 64 * 1024;

/** Methods, names of tools, addresses and ids of requests are kept up to this length. */
const NAME_KEPT_CHARACTERS = 1_024;

/** What an edge says about one thing that passed it. Number, time and id are the ring's to add. */
export interface FrameInput extends OrUndefined<Omit<Frame, 'id' | 'n' | 'at'>> {
  readonly body?: string;
}

/** What may be left out may be `undefined` too: those who record need not take each frame apart for it. */
type OrUndefined<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] };

/** A frame that goes to many sessions at once: all of them keep this one object. */
export interface SharedFrame {
  readonly wire: Wire;
  readonly kind: Frame['kind'];
  readonly label: string;
  readonly detail?: string;
  readonly sizeBytes: number;
  readonly body: string;
}

/** A frame as it lies in a session's ring: the input as it came, made into a {@link Frame} only when asked for. */
export interface FrameEntry {
  readonly n: number;
  readonly at: number;
  readonly what: FrameInput | SharedFrame;
  /** Of an HTTP exchange; one list for all frames in a row that have the same. */
  readonly headers?: readonly string[] | undefined;
}

/** Memory of an entry's objects, of a shared frame's, and of each text beside its characters. In bytes, roughly. */
const ENTRY_BYTES = 256;
const SHARED_ENTRY_BYTES = 64;
const TEXT_BYTES = 24;

/** What an entry costs in memory, without what it shares with others: {@link sharedCostOf}, {@link headersCostOf}. */
export function costOf({ what }: FrameEntry): number {
  if (!('direction' in what)) return SHARED_ENTRY_BYTES;
  const { label, detail = '', rpcId = '' } = what;
  const names = label.length + detail.length + (typeof rpcId === 'string' ? rpcId.length : 0);
  return ENTRY_BYTES + bodyCostOf(what.body, what.sizeBytes) + names;
}

/** What a frame that goes to many costs, once for all of them. */
export function sharedCostOf({ body, sizeBytes, detail = '' }: SharedFrame): number {
  return ENTRY_BYTES + bodyCostOf(body, sizeBytes) + detail.length;
}

/** What a list of headers costs, once for all frames in a row that have it. */
export function headersCostOf(headers: readonly string[]): number {
  return headers.reduce((sum, part) => sum + part.length + TEXT_BYTES, 0);
}

/** A text that is not all ASCII may take two bytes a character. */
function bodyCostOf(body: string | undefined, sizeBytes: number): number {
  if (body === undefined) return 0;
  return sizeBytes === body.length ? body.length : body.length * 2;
}

/** Cuts names and values of headers that are too long to keep. */
export function keptHeader(part: string): string {
  return shortened(part, NAME_KEPT_CHARACTERS);
}

/** Cuts a body that is too long to keep, and a name that no method, tool or request ever had. */
export function keptInput(input: FrameInput): FrameInput {
  const { body, label, detail, rpcId } = input;
  if (
    (body === undefined || body.length <= BODY_KEPT_BYTES) &&
    label.length <= NAME_KEPT_CHARACTERS &&
    (detail === undefined || detail.length <= NAME_KEPT_CHARACTERS) &&
    (typeof rpcId !== 'string' || rpcId.length <= NAME_KEPT_CHARACTERS)
  ) {
    return input;
  }
  return {
    ...input,
    label: shortened(label, NAME_KEPT_CHARACTERS),
    ...(body === undefined ? {} : { body: shortened(body, BODY_KEPT_BYTES) }),
    ...(detail === undefined ? {} : { detail: shortened(detail, NAME_KEPT_CHARACTERS) }),
    ...(typeof rpcId === 'string' ? { rpcId: shortened(rpcId, NAME_KEPT_CHARACTERS) } : {}),
  };
}

/** The line of the live stream. */
export function toFrame(launchId: string, sessionId: string, { n, at, what }: FrameEntry): Frame {
  const id = frameId(launchId, n);
  const session = sessionId === '' ? {} : { sessionId };
  if (!('direction' in what)) {
    const { wire, kind, label, detail, sizeBytes } = what;
    return {
      id,
      n,
      at,
      ...session,
      wire,
      direction: 'out',
      kind,
      label,
      ...(detail === undefined ? {} : { detail }),
      sizeBytes,
    };
  }
  const { wire, direction, kind, label, detail, rpcId, status, errorCode, sizeBytes, latencyMs, replyTo } = what;
  return {
    id,
    n,
    at,
    ...session,
    ...(wire === undefined ? {} : { wire }),
    direction,
    kind,
    label,
    ...(detail === undefined ? {} : { detail }),
    ...(rpcId === undefined ? {} : { rpcId }),
    ...(status === undefined ? {} : { status }),
    ...(errorCode === undefined ? {} : { errorCode }),
    sizeBytes,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

/** The frame as the inspector shows it. */
export function toDetail(launchId: string, sessionId: string, entry: FrameEntry): FrameDetail {
  const { what, headers } = entry;
  const body = what.body;
  return {
    frame: toFrame(launchId, sessionId, entry),
    ...(headers === undefined ? {} : { headers: maskHeaders(headers) }),
    ...(body === undefined ? {} : { body: maskBody(body.slice(0, BODY_KEPT_BYTES)) }),
    bodyCut: body !== undefined && Math.max(what.sizeBytes, body.length) > BODY_KEPT_BYTES,
  };
}

export function frameId(launchId: string, n: number): string {
  return `frm_${launchId}_${n}`;
}
