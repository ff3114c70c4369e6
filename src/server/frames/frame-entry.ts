import type { Wire } from '../../protocol/events.ts';
import type { Frame, FrameDetail } from '../../protocol/frames.ts';
import { maskHeaders } from './mask.ts';

/** Bodies are kept up to this size, in bytes. */
export const BODY_KEPT_BYTES = 64 * 1024;

/** What an edge says about one thing that passed it. Number, time and id are the ring's to add. */
export interface FrameInput extends Omit<Frame, 'id' | 'n' | 'at'> {
  /** Headers of an HTTP exchange, as `[name, value, name, value, …]`. */
  readonly rawHeaders?: readonly string[];
  readonly body?: string;
}

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
}

/** What an entry costs in memory, roughly: the objects, and the text that it holds on to. */
export function costOf(what: FrameInput | SharedFrame): number {
  if (!('direction' in what)) return 64; // the shared part is paid for once, by nobody in particular
  return 256 + (what.body?.length ?? 0) + (what.rawHeaders === undefined ? 0 : what.rawHeaders.length * 48);
}

/** Cuts a body that is too long to keep; the copy lets go of the long text behind it. */
export function keptInput(input: FrameInput): FrameInput {
  if (input.body === undefined || input.body.length <= BODY_KEPT_BYTES) return input;
  return { ...input, body: Buffer.from(input.body.slice(0, BODY_KEPT_BYTES)).toString() };
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
  const { rawHeaders: _headers, body: _body, sessionId: _session, ...rest } = what;
  return { id, n, at, ...session, ...rest };
}

/** The frame as the inspector shows it. */
export function toDetail(launchId: string, sessionId: string, entry: FrameEntry): FrameDetail {
  const { what } = entry;
  const body = what.body;
  const headers = 'direction' in what && what.rawHeaders !== undefined ? maskHeaders(what.rawHeaders) : undefined;
  return {
    frame: toFrame(launchId, sessionId, entry),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body: body.slice(0, BODY_KEPT_BYTES) }),
    bodyCut: body !== undefined && Math.max(what.sizeBytes, body.length) > BODY_KEPT_BYTES,
  };
}

export function frameId(launchId: string, n: number): string {
  return `frm_${launchId}_${n}`;
}
