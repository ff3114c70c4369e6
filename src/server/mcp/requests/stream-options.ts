import type { EventStreamOptions } from '../stream/event-stream.ts';
import type { EdgeDeps, Exchange } from './edge.ts';

/** The options that every stream of a wire has: what is written to a key's client, within its bounds. */
export function streamOptions(
  { streamQueueBytes, inUse }: Pick<EdgeDeps, 'streamQueueBytes' | 'inUse'>,
  { tap }: Exchange,
  keyId: string,
): Pick<EventStreamOptions, 'queueCapBytes' | 'keyId' | 'queues' | 'tap'> {
  return { queueCapBytes: streamQueueBytes, keyId, queues: inUse.streams, tap };
}
