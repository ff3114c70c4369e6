import type { Hub } from '../../../hub/hub.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import type { AgentSession } from './agent-session.ts';
import type { Broadcast } from './broadcast.ts';
import type { EventStream } from '../stream/event-stream.ts';
import { type Kept, parseEventId } from '../replay/kept.ts';

/** Events sent from the log to one client that was away for long; after those it asks `event_list`. */
const CATCH_UP_CAP = 5_000;
const PAGE = 500;
/** Bytes written ahead of a client that catches up. */
const PACE_BYTES = 32 * 1024;

/** Sends a client that came back what it missed; replay-store.ts shows the whole of it. */
export class Replayer {
  readonly #hub: Hub;
  readonly #broadcast: Broadcast;

  constructor(hub: Hub, broadcast: Broadcast) {
    this.#hub = hub;
    this.#broadcast = broadcast;
  }

  /**
   * Writes what the session missed after `lastEventId` on `stream`, at the client's pace, and attaches the
   * stream in the turn in which nothing is missing any more. What was missed comes from memory, if the
   * place is still known there; else (after a restart, or too long away) events come from the log.
   * Without an id, the client gets what is unread. If the session ends meanwhile, so does the stream.
   */
  async resume(session: AgentSession, stream: EventStream, lastEventId: string | undefined): Promise<void> {
    // From here on messages wait for the new stream; the old one may be half-open.
    session.stream?.cut('A newer stream of the same session took its place.');
    if (session.ended) return stream.cut('The session has ended.');
    const remove = session.addPart({ end: (reason) => stream.cut(reason) });
    try {
      await this.#catchUp(session, stream, lastEventId);
    } finally {
      remove();
    }
  }

  async #catchUp(session: AgentSession, stream: EventStream, lastEventId: string | undefined): Promise<void> {
    const writer = new ReplayWriter(session, stream);
    const place = lastEventId === undefined ? undefined : parseEventId(lastEventId);
    const inMemory = place && session.replay.after(place);
    if (inMemory) await writer.writeAll(inMemory);
    else if (place) await this.#fromLog(session, writer, place.seq);
    // No await between the last look and the attaching: what is sent then would be on no stream.
    for (let left = session.replay.unread(); left.length > 0 && stream.open; left = session.replay.unread()) {
      await writer.writeAll(left);
    }
    if (!stream.open) return; // the client left again; what it missed is still kept
    session.attach(stream);
  }

  async #fromLog(session: AgentSession, writer: ReplayWriter, after: number): Promise<void> {
    const uris = new Set(this.#hub.state.sessions.get(session.id)?.subscriptions ?? []);
    let seq = after;
    for (
      let left = CATCH_UP_CAP;
      left > 0 && seq < this.#broadcast.notifiedSeq && uris.size > 0 && writer.open;
      left -= PAGE
    ) {
      const events: readonly HubEvent[] = await this.#hub.audit.after(
        seq,
        Math.min(PAGE, this.#broadcast.notifiedSeq - seq),
      );
      if (events.length === 0) break;
      for (const event of events) {
        const encoded = { event, json: eventJson(event) };
        for (const notice of this.#broadcast.noticesFor(encoded, session, uris)) await writer.write(notice);
      }
      seq = events.at(-1)?.seq ?? seq;
    }
    if (!writer.open) return;
    session.replay.forgetShared();
    await writer.writeAll(session.replay.own().filter((kept) => kept.seq >= after));
  }
}

/** Writes kept messages on a stream that is not the session's yet, at the client's pace. */
export class ReplayWriter {
  messages = 0;
  bytes = 0;
  readonly #stream: EventStream;
  readonly #session: AgentSession;

  constructor(session: AgentSession, stream: EventStream) {
    this.#stream = stream;
    this.#session = session;
  }

  get open(): boolean {
    return this.#stream.open;
  }

  async write(kept: Kept): Promise<void> {
    const bytes = this.#session.rewrite(this.#stream, kept);
    if (bytes === 0) return; // a mark
    this.messages += 1;
    this.bytes += bytes;
    if (this.#stream.queuedBytes > PACE_BYTES) await this.#stream.drained();
  }

  /** Writes messages; those that the client has read need not be kept for another return. */
  async writeAll(messages: readonly Kept[]): Promise<void> {
    for (const kept of messages) await this.write(kept);
    await this.#stream.drained();
    if (this.open) this.#session.replay.markRead(messages);
  }
}

/** An event from the log as agents get it: without its place in the hash chain. */
function eventJson(event: HubEvent): string {
  const { prevHash: _prevHash, hash: _hash, ...rest } = event as HubEvent & { prevHash?: string; hash?: string };
  return JSON.stringify(rest);
}
