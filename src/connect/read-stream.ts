import type { IncomingMessage } from 'node:http';
import { createParser, type ParseError } from 'eventsource-parser';
import { ConnectionLost } from './http.ts';

/** Characters of an event that has not ended; the largest answers of a hub are smaller. */
const MOST_EVENT_CHARACTERS = 64 * 1024 * 1024;

/** An event of a stream; the first may have an id and no data. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * The events of a stream, as they come. Ends when the hub ends it.
 *
 * @param room waited for before more is read
 * @throws ConnectionLost where it breaks off
 */
export async function* eventsOf(response: IncomingMessage, room: () => Promise<void>): AsyncGenerator<StreamEvent> {
  let events: StreamEvent[] = [];
  let problem: ParseError | undefined;
  const parser = createParser({
    maxBufferSize: MOST_EVENT_CHARACTERS,
    // Others say why a stream ends: that is asked for again, and refused with the same words.
    onEvent: ({ event = 'message', id, data }) => event === 'message' && events.push({ id, data }),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') problem = error;
    },
  });
  response.setEncoding('utf8');
  try {
    for await (const text of response as AsyncIterable<string>) {
      parser.feed(text);
      if (problem) throw problem;
      yield* events;
      events = [];
      await room();
    }
  } catch (error) {
    throw new ConnectionLost(error, true);
  }
}
