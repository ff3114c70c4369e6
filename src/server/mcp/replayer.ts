import type { Hub } from '../../hub/hub.ts';
import type { HubEvent } from '../../protocol/events.ts';
import type { FrameRing } from '../frames/frame-ring.ts';
import type { AgentSession } from './agent-session.ts';
import type { Broadcast } from './broadcast.ts';
import type { EventStream } from './event-stream.ts';
import { httpChunk } from './http-chunk.ts';
import { type Kept, parseEventId } from './replay-store.ts';

/** Events told again from the log to one client that was away for long; past them it asks `event_list`. */
const CATCH_UP_CAP = 5_000;
const PAGE = 500;

/** Brings a client that came back with `Last-Event-ID` up to date. */
export class Replayer {
  readonly #hub: Hub;
  readonly #broadcast: Broadcast;
  readonly #frames: FrameRing;

  constructor(hub: Hub, broadcast: Broadcast, frames: FrameRing) {
    this.#hub = hub;
    this.#broadcast = broadcast;
    this.#frames = frames;
  }

  /**
   * Writes what the session missed after `lastEventId` on `stream` and makes it the session's stream,
   * both in one turn, so that nothing falls between. What was missed comes from memory, if the place is
   * still known there; else (after a restart, or too long away) the events are told again from the log.
   */
  async resume(session: AgentSession, stream: EventStream, lastEventId: string): Promise<void> {
    const place = parseEventId(lastEventId);
    const inMemory = place && session.replay.after(place);
    if (place && !inMemory) {
      const fromLog = await this.#fromLog(session, place.seq);
      this.#write(session, stream, [...fromLog, ...session.replay.own().filter(({ seq }) => seq >= place.seq)]);
    } else {
      this.#write(session, stream, inMemory ?? []);
    }
    session.attach(stream);
  }

  async #fromLog(session: AgentSession, after: number): Promise<readonly Kept[]> {
    const uris = new Set(this.#hub.state.sessions.get(session.id)?.subscriptions ?? []);
    const kept: Kept[] = [];
    let seq = after;
    for (let left = CATCH_UP_CAP; left > 0 && seq < this.#broadcast.toldSeq && uris.size > 0; left -= PAGE) {
      const events: readonly HubEvent[] = await this.#hub.audit.after(
        seq,
        Math.min(PAGE, this.#broadcast.toldSeq - seq),
      );
      if (events.length === 0) break;
      for (const event of events)
        kept.push(...this.#broadcast.noticesFor({ event, json: toldJson(event) }, session, uris));
      seq = events.at(-1)?.seq ?? seq;
    }
    return kept;
  }

  #write(session: AgentSession, stream: EventStream, missed: readonly Kept[]): void {
    const id = httpChunk(`id: ${session.id}.`);
    let bytes = 0;
    for (const { chunk } of missed) {
      if (chunk.length === 0) continue;
      stream.write(id, chunk);
      bytes += chunk.length;
    }
    session.replay.written();
    this.#frames.record({
      sessionId: session.id,
      wire: session.wire,
      direction: 'out',
      kind: 'sse',
      label: 'replay',
      detail: `${missed.length} messages`,
      sizeBytes: bytes,
    });
  }
}

/** An event from the log as it was told: without its place in the hash chain. */
function toldJson(event: HubEvent): string {
  const { prevHash: _prevHash, hash: _hash, ...told } = event as HubEvent & { prevHash?: string; hash?: string };
  return JSON.stringify(told);
}
