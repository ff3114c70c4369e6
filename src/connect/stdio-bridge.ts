import type { Readable, Writable } from 'node:stream';
import { HubError } from '../protocol/errors.ts';
import { ClientEnd, MOST_LINE_BYTES } from './client-end.ts';
import { HubHttp } from './http.ts';
import { HubPlace } from './hub-place.ts';
import { LastKnown } from './last-known.ts';
import type { ConnectOptions } from './connect-options.ts';
import { noMessageText } from './pending.ts';
import { clientNameIn, errorLine, readMessage, statelessVersionOf } from './rpc-message.ts';
import { SessionSide } from './session-side.ts';
import type { SideDeps } from './side.ts';
import { StatelessSide } from './stateless-side.ts';

/** How long answers are waited for that a client asked for before it closed its end, in ms. */
const LAST_ANSWERS_MS = 2_000;

export interface BridgeOptions {
  readonly options: ConnectOptions;
  readonly input: Readable;
  readonly output: Writable;
  /** One line on stderr, for the client's log. */
  readonly log: (line: string) => void;
  /** Waited for before the hub is looked for: it is being started. */
  readonly starting?: Promise<void> | undefined;
}

interface Sides {
  readonly known: LastKnown;
  readonly session: SessionSide;
  readonly stateless: StatelessSide;
}

/** A bridge between a client on stdin and stdout and a hub over HTTP, as long as the client lives. */
export interface Bridge {
  /** Resolves when the client has gone. */
  readonly gone: Promise<void>;
  /** Ends what is under way and tells the hub. */
  close(): Promise<void>;
}

/**
 * Each message goes on the newest wire that its revision allows: one that names its revision in `_meta` (2026-07-28) as
 * it stands, all others in a session.
 */
export function openBridge({ options, input, output, log, starting }: BridgeOptions): Bridge {
  const http = new HubHttp();
  const place = new HubPlace(options, http, starting);
  let sides: Sides | undefined;
  let onGone = (): void => undefined;
  const gone = new Promise<void>((resolve) => (onGone = resolve));

  const client = new ClientEnd({
    input,
    output,
    onGone,
    onTooLong: () => {
      const error = `A message may have at most ${MOST_LINE_BYTES} bytes; send a file as an upload (upload_create).`;
      client.send(errorLine(null, new HubError('too_large', error), -32_600));
    },
    onLine: (line) => {
      const message = readMessage(line);
      if (!message) return client.send(noMessageText());
      const [first] = message.parts;
      if (!sides) {
        // Without --as a key is named after the client, which says its name in its first request.
        const name = first && clientNameIn(first);
        if (name !== undefined) place.suggest(name);
        const known = new LastKnown(options.dataDir, place.identity, log);
        const deps: SideDeps = {
          http,
          place,
          known,
          log,
          send: (text) => client.send(text),
          room: () => client.room(),
        };
        sides = { known, session: new SessionSide(deps), stateless: new StatelessSide(deps) };
      }
      if (message.parts.length === 1 && first && statelessVersionOf(first) !== undefined) {
        if (first.method === 'notifications/cancelled') sides.stateless.cancel(first.params?.['requestId']);
        else sides.stateless.take(message);
      } else if (first?.method !== 'notifications/cancelled' || !sides.stateless.cancel(first.params?.['requestId'])) {
        sides.session.take(message);
      }
    },
  });

  return {
    gone,
    close: async () => {
      if (sides && client.isReading) await Promise.race([settled(sides), timeOut(LAST_ANSWERS_MS)]);
      client.close();
      sides?.stateless.close();
      await sides?.session.close();
      await sides?.known.settled();
      http.close();
    },
  };
}

async function settled({ session, stateless }: Sides): Promise<void> {
  await Promise.all([session.settled(), stateless.settled()]);
}

function timeOut(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
