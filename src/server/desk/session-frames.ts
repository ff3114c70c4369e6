import type { Frame, FrameDetail } from '../../protocol/frames.ts';
import type { FrameContent, FrameRecord } from '../../protocol/frame-record.ts';

/** A recorded frame as the screens of sessions, events and files show it. */
export function toFrame(record: FrameRecord): Frame {
  const { id, place, at, sessionId, wire, direction, rpcId, status, code, sizeBytes, latencyMs, pair } = record;
  const { kind, label, detail } = shown(record);
  return {
    id,
    n: place,
    at,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(wire === undefined ? {} : { wire }),
    direction,
    kind,
    label,
    ...(detail === undefined ? {} : { detail }),
    ...(rpcId === undefined ? {} : { rpcId }),
    ...(status === undefined ? {} : { status }),
    // A request that was answered with an error is none itself.
    ...(code === undefined || kind === 'request' ? {} : { errorCode: code }),
    sizeBytes,
    ...(latencyMs === undefined || kind === 'request' ? {} : { latencyMs }),
    ...(pair === undefined || record.kind !== 'response' ? {} : { replyTo: pair }),
  };
}

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

function shown(record: FrameRecord): Pick<Frame, 'kind' | 'label' | 'detail'> {
  const { kind, method = '', tool, subject, code, dropped } = record;
  switch (kind) {
    case 'exchange':
      return { kind: 'http', label: method === '' ? 'no HTTP' : `${method} ${subject ?? ''}` };
    case 'request':
    case 'notification':
      return { kind, label: method, detail: tool ?? subject };
    case 'response':
      return { kind: typeof code === 'number' ? 'error' : 'response', label: method, detail: tool ?? subject };
    case 'event':
      return { kind: 'sse', label: method === '' ? 'event' : method };
    case 'comment':
      return { kind: 'sse', label: 'comment' };
    case 'keep-alive':
      return { kind: 'sse', label: 'comment', detail: 'ping' };
    case 'close':
      return { kind: 'sse', label: 'close', detail: subject };
    case 'gap':
      return { kind: 'sse', label: 'gap', detail: `${dropped ?? 0} not recorded` };
    default:
      return kind satisfies never;
  }
}
