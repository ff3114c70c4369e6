import type { Frame } from './frames.ts';
import type { FrameRecord } from './frame-record.ts';

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
