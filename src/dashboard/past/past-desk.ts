import { createStore, type StoreApi } from 'zustand';
import type { HubApi } from '../../protocol/api.ts';
import type { HubEvent } from '../../protocol/events.ts';
import { timeOf } from '../../protocol/time-of.ts';
import { problemOf } from '../problem-of.ts';
import { publish } from '../publish.ts';
import { Replica } from '../replica.ts';
import type { ServerSlice } from '../server-slice.ts';
import { patchServer, type DashboardStore } from '../store.ts';
import { wholePast } from './whole-past.ts';

/** How many times as fast as it happened. */
export const pastRates = [1, 10, 100] as const;
export type PastRate = (typeof pastRates)[number];

/** Where the desk of the past is. */
export interface PastPlace {
  /** The last event that is in it; undefined until the first moment is there. */
  readonly seq: number | undefined;
  /** Ms since the epoch, by the clock of then. */
  readonly at: number;
  /** The moment that is being opened, if one is. */
  readonly opening: number | undefined;
  /** How fast it plays; undefined while it stands. */
  readonly rate: PastRate | undefined;
  /** Why the last moment could not be opened. */
  readonly problem: string | undefined;
}

export interface PastDeskOptions {
  readonly hub: Pick<HubApi, 'pastOpen' | 'pastMore' | 'eventsAfter'>;
  /** Of the past alone: its hub, workspace and scope are those of the desk that opened it. */
  readonly store: DashboardStore;
  /** Last event of the log now. */
  readonly lastSeq: () => number;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
}

/** How often a desk that plays goes on, in ms. */
const BEAT_MS = 100;
/** A stretch in which nothing happens is passed over after so much of the viewer's time, in ms. */
const LONGEST_STILL_MS = 1_500;
/** Events that are fetched at a time, and when the next ones are. */
const FETCHED = 1_000;
const FEW_LEFT = 200;

/** The desk as it was at a moment of the log, which can be moved, stepped and played. */
export class PastDesk {
  readonly place: StoreApi<PastPlace>;
  readonly #options: PastDeskOptions;
  #replica = new Replica();
  /** Events behind the moment, in order. */
  #next: HubEvent[] = [];
  #fetching: Promise<void> | undefined;
  /** Grows with each moment that is opened: an answer for an earlier one is left out. */
  #turn = 0;
  #beat: unknown;

  constructor(options: PastDeskOptions) {
    this.#options = options;
    const place: PastPlace = { seq: undefined, at: 0, opening: undefined, rate: undefined, problem: undefined };
    this.place = createStore<PastPlace>(() => place);
  }

  /** Shows the moment right after an event; the last of several that are asked for counts. */
  async open(seq: number): Promise<void> {
    const turn = ++this.#turn;
    this.pause();
    this.place.setState({ opening: seq, problem: undefined });
    try {
      const { hub, store } = this.#options;
      const past = await wholePast(await hub.pastOpen({ seq }), (pastId) => hub.pastMore({ pastId }));
      if (turn !== this.#turn) return;
      const info = store.getState().server.hub;
      if (!info) return;
      this.#replica = new Replica();
      this.#next = [];
      this.#fetching = undefined;
      this.#replica.opened({ kind: 'snapshot', hub: info, now: past.state.at, ...past });
      this.#show(timeAfter(past.recent.at(-1)) ?? past.state.clockAt ?? past.state.at);
    } catch (error) {
      if (turn === this.#turn) this.place.setState({ problem: problemOf(error).message });
    } finally {
      if (turn === this.#turn) this.place.setState({ opening: undefined });
    }
  }

  /** One event on, or back. */
  async step(by: 1 | -1): Promise<void> {
    const { seq } = this.place.getState();
    if (seq === undefined) return;
    this.pause();
    if (by === -1) return seq > 0 ? await this.open(seq - 1) : undefined;
    const turn = this.#turn;
    await this.#fetch();
    const [event] = this.#next;
    if (turn === this.#turn && event) this.#apply([event]);
  }

  play(rate: PastRate): void {
    this.pause();
    this.place.setState({ rate });
    void this.#fetch();
    this.#beat = this.#options.setTimeout(() => this.#go(), BEAT_MS);
  }

  pause(): void {
    this.#options.clearTimeout(this.#beat);
    this.#beat = undefined;
    if (this.place.getState().rate !== undefined) this.place.setState({ rate: undefined });
  }

  /** Nothing comes any more. */
  close(): void {
    this.pause();
    this.#turn += 1;
  }

  #go(): void {
    const { rate, at } = this.place.getState();
    if (rate === undefined) return;
    const [first] = this.#next;
    const still = first === undefined ? 0 : timeOf(first) - at;
    // Hours in which nothing happened are not waited for.
    const now = Math.max(
      at + BEAT_MS * rate,
      still > LONGEST_STILL_MS * rate ? timeOf(first as HubEvent) - BEAT_MS * rate : 0,
    );
    const due = this.#next.findIndex((event) => timeOf(event) > now);
    const events = this.#next.slice(0, due === -1 ? this.#next.length : due);
    if (events.length > 0) this.#apply(events, now);
    else if (this.#next.length > 0) this.place.setState({ at: now });
    if (this.#next.length < FEW_LEFT) void this.#fetch();
    if (this.#next.length === 0 && this.#fetching === undefined && this.#isAtEnd()) return this.pause();
    this.#beat = this.#options.setTimeout(() => this.#go(), BEAT_MS);
  }

  #isAtEnd(): boolean {
    return (this.place.getState().seq ?? 0) >= this.#options.lastSeq();
  }

  #apply(events: readonly HubEvent[], now = 0): void {
    this.#next = this.#next.slice(events.length);
    this.#replica.pushed(events);
    this.#show(Math.max(now, timeAfter(events.at(-1)) ?? 0));
  }

  #show(at: number): void {
    const { store } = this.#options;
    const batch = { change: this.#replica.take(), ticks: [], frames: new Map(), pulse: undefined };
    const { server } = store.getState();
    const patch = publish(server, this.#replica.state, batch);
    patchServer(store, { ...patch, pulses: asHeard(patch.sessions ?? server.sessions, at) });
    this.place.setState({ seq: this.#replica.state.seq, at });
  }

  /** The events behind those that are here; one fetch at a time. */
  async #fetch(): Promise<void> {
    if (this.#next.length >= FEW_LEFT) return;
    const seq = this.#next.at(-1)?.seq ?? this.#replica.state.seq;
    if (this.#fetching === undefined && seq >= this.#options.lastSeq()) return;
    const turn = this.#turn;
    this.#fetching ??= this.#options.hub
      .eventsAfter({ seq, limit: FETCHED })
      .then((events) => {
        if (turn === this.#turn) this.#next = [...this.#next, ...events];
      })
      .catch((error: unknown) => {
        if (turn !== this.#turn) return;
        this.pause();
        this.place.setState({ problem: problemOf(error).message });
      })
      .finally(() => {
        if (turn === this.#turn) this.#fetching = undefined;
      });
    await this.#fetching;
  }
}

function timeAfter(event: HubEvent | undefined): number | undefined {
  return event === undefined ? undefined : timeOf(event);
}

/** What sessions sent is in no log: each that was not lost counts as heard just then, so that none is called quiet. */
function asHeard(sessions: ServerSlice['sessions'], at: number): ServerSlice['pulses'] {
  const traffic = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };
  return new Map(
    [...sessions.keys()].map((sessionId) => [
      sessionId,
      { type: 'session.pulse', sessionId, traffic, isOpen: true, queuedBytes: 0, calling: [], lastFrameAt: at, at },
    ]),
  );
}
