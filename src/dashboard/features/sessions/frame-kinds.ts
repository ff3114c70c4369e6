import type { Frame } from '../../../protocol/frames.ts';

/** Which frames to show: all, messages only, or one kind. */
export type FrameKinds = 'all' | 'messages' | 'calls' | 'notifications' | 'errors';

export const frameKindChoices: readonly { readonly value: FrameKinds; readonly label: string }[] = [
  { value: 'messages', label: 'Messages' },
  { value: 'calls', label: 'Calls' },
  { value: 'notifications', label: 'Notifications' },
  { value: 'errors', label: 'Errors' },
  { value: 'all', label: 'All' },
];

/** What the stream itself says: where to send messages, and that it is still there. */
const ofStream = new Set(['comment', 'endpoint']);

/** Whether a frame is of a kind. `messages` leaves out HTTP heads, what the stream itself says, and pings. */
export function isOfKind(frame: Frame, kinds: FrameKinds): boolean {
  switch (kinds) {
    case 'all':
      return true;
    case 'messages':
      return !(frame.kind === 'http' || (frame.kind === 'sse' && ofStream.has(frame.label)) || frame.label === 'ping');
    case 'calls':
      return frame.kind === 'request' || frame.kind === 'response' || frame.kind === 'error';
    case 'notifications':
      return frame.kind === 'notification';
    case 'errors':
      return frame.kind === 'error' || frame.errorCode !== undefined || (frame.status ?? 0) >= 400;
    default:
      return kinds satisfies never;
  }
}

/** Frames of a kind with all words of `text` in their method, detail, ids or error. */
export function filterFrames(frames: readonly Frame[], kinds: FrameKinds, text: string): readonly Frame[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0 && kinds === 'all') return frames;
  return frames.filter((frame) => {
    if (!isOfKind(frame, kinds)) return false;
    if (words.length === 0) return true;
    const { label, detail = '', rpcId = '', errorCode = '', status = '', direction, kind, id } = frame;
    const given = `${label} ${detail} ${rpcId} ${errorCode} ${status} ${direction} ${kind} ${id}`.toLowerCase();
    return words.every((word) => given.includes(word));
  });
}

/** Since when the frames of a session are kept; undefined where all of them are. The exchange that opens it is first. */
export function keptSince(frames: readonly Frame[], openedAt: number): number | undefined {
  const first = frames[0]?.at;
  return first === undefined || first <= openedAt ? undefined : first;
}

/** How many frames that pass the filter have come after the last of `before`. */
export function countNew(frames: readonly Frame[], before: readonly Frame[], kinds: FrameKinds, text: string): number {
  if (frames === before) return 0;
  const last = before.at(-1)?.n ?? -1;
  const first = frames.findLastIndex(({ n }) => n <= last) + 1;
  return filterFrames(frames.slice(first), kinds, text).length;
}
