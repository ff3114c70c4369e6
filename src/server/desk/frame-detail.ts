import type { FrameDetail } from '../../protocol/frames.ts';
import type { FrameContent } from '../../protocol/frame-record.ts';
import { toFrame } from '../../protocol/session-frame.ts';

/** A recorded frame as the inspector shows it. */
export function toDetail({ frame, request, body, answer }: FrameContent): FrameDetail {
  const text = body ?? answer;
  return {
    frame: toFrame(frame),
    ...(frame.kind === 'exchange' && request ? { headers: Object.fromEntries(request.headers) } : {}),
    ...(text === undefined ? {} : { body: text.text }),
    bodyCut: text?.cut === true,
    ...(frame.kind === 'request' && frame.pair !== undefined ? { reply: frame.pair } : {}),
  };
}
