import { STATELESS, type Wire } from '../../../protocol/events/sessions.ts';
import type { SharedFrame } from '../../frames/frame-entry.ts';
import type { FrameRing } from '../../frames/frame-ring.ts';
import type { AgentSession } from './agent-session.ts';
import type { EventStream } from '../stream/event-stream.ts';
import { sseComment } from '../stream/http-chunk.ts';
import type { KeepAlive } from '../stream/keep-alive.ts';

const ping = sseComment('ping');

function pingFrame(wire: Wire): SharedFrame {
  return { wire, kind: 'sse', label: 'comment', detail: 'ping', sizeBytes: ping.length, body: ': ping' };
}

const pingFrames: Readonly<Record<Wire, SharedFrame>> = {
  sse: pingFrame('sse'),
  streamable: pingFrame('streamable'),
  modern: pingFrame(STATELESS),
};

/** Writes a comment on a stream at each turn of the keep-alive, until the returned function is called. */
export function keepStreamAlive(parts: {
  readonly stream: EventStream;
  readonly session: AgentSession;
  readonly keepAlive: KeepAlive;
  readonly frames: FrameRing;
}): () => void {
  const { stream, session, keepAlive, frames } = parts;
  return keepAlive.add({
    keepAlive: (at) => {
      stream.write(ping);
      frames.recordComment(session.id, pingFrames[session.wire], at);
    },
  });
}
