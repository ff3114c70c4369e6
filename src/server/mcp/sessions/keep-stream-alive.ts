import type { EventStream } from '../stream/event-stream.ts';
import { sseComment } from '../stream/http-chunk.ts';
import type { KeepAlive } from '../stream/keep-alive.ts';

const ping = sseComment('ping');

/** Writes a comment on a stream at each turn of the keep-alive, until the returned function is called. */
export function keepStreamAlive(stream: EventStream, keepAlive: KeepAlive): () => void {
  return keepAlive.add({
    keepAlive: () => {
      stream.write(ping, undefined, { kind: 'keep-alive' });
    },
  });
}
