import type { Hub, EncodedEvent } from '../../../hub/hub.ts';
import type { Tick } from '../../../protocol/ticks.ts';
import { AgentActivityFeed } from './agent-activity.ts';
import { Batcher } from './batcher.ts';
import { LastTicks } from './last-ticks.ts';
import { Push } from '../channel/push.ts';

/** Log lines of jobs kept for one batch; a flood of them is cut, as ticks may be dropped. */
const JOB_LINES_A_BATCH = 500;

/**
 * Pushes events and ticks to all open dashboards, gathered per display frame and made into text once for all
 * of them.
 */
export class EventFeed {
  readonly #readers = new Set<(push: Push) => void>();
  readonly #batcher: Batcher;
  readonly #stops: readonly (() => void)[];
  readonly #lastTicks: LastTicks;
  readonly #activity: AgentActivityFeed;
  #events: EncodedEvent[] = [];
  #ticks = new Map<string, Tick>();
  #jobLines = 0;
  #eventCount = 0;

  constructor(hub: Hub) {
    this.#lastTicks = new LastTicks(hub);
    this.#activity = new AgentActivityFeed(hub);
    this.#batcher = new Batcher(hub.timers, () => this.#send());
    this.#stops = [
      hub.subscribe((batch) => {
        this.#eventCount += batch.length;
        this.#lastTicks.onEvents(batch);
        this.#activity.onEvents(batch);
        if (this.#readers.size === 0) return;
        for (const encoded of batch) this.#events.push(encoded);
        this.#batcher.touch();
      }),
      hub.onTick((tick) => {
        this.#lastTicks.keep(tick);
        if (this.#readers.size > 0 && this.#keep(tick)) this.#batcher.touch();
      }),
    ];
  }

  /** What the agents did lately, by the events on disk. */
  activity(): ReturnType<AgentActivityFeed['all']> {
    return this.#activity.all();
  }

  /** Events on disk since the hub started. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /**
   * Adds a reader. Call it only if the reader has all events up to now, or gets them right after this call.
   * It gets the newest progress first, and then all later events.
   */
  join(reader: (push: Push) => void): () => void {
    this.#batcher.flush(); // the new reader already has the gathered events
    this.#readers.add(reader);
    const ticks = this.#lastTicks.all();
    if (ticks.length > 0) reader(new Push('ticks', [ticks]));
    return () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#forget();
    };
  }

  /** Sends a push to all readers. */
  sendToAll(push: Push): void {
    for (const reader of this.#readers) reader(push);
  }

  get hasReaders(): boolean {
    return this.#readers.size > 0;
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#readers.clear();
    this.#forget();
  }

  /** Of progress only the newest tick is kept; of a job's log every line. */
  #keep(tick: Tick): boolean {
    switch (tick.type) {
      case 'job.progress':
        this.#ticks.set(`${tick.type} ${tick.jobId}`, tick);
        return true;
      case 'job.log':
        if (this.#jobLines >= JOB_LINES_A_BATCH) return false;
        this.#jobLines += 1;
        this.#ticks.set(`${tick.type} ${this.#jobLines}`, tick);
        return true;
      case 'upload.progress':
        this.#ticks.set(`${tick.type} ${tick.uploadId}`, tick);
        return true;
      case 'session.pulse':
        this.#ticks.set(`${tick.type} ${tick.sessionId}`, tick);
        return true;
      default:
        tick satisfies never;
        return false;
    }
  }

  #send(): void {
    const [events, ticks] = [this.#events, [...this.#ticks.values()]];
    this.#forget();
    if (events.length > 0) this.sendToAll(eventsPush(events));
    if (ticks.length > 0) this.sendToAll(new Push('ticks', [ticks]));
  }

  #forget(): void {
    this.#batcher.stop();
    this.#events = [];
    this.#ticks = new Map();
    this.#jobLines = 0;
  }
}

/** Events as a push. Their JSON, which the hub made once, is joined and not made again. */
export function eventsPush(events: readonly EncodedEvent[]): Push {
  return new Push(
    'events',
    [events.map(({ event }) => event)],
    () => `[[${events.map(({ json }) => json).join(',')}]]`,
  );
}
