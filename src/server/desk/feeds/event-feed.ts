import type { Hub, Told } from '../../../hub/hub.ts';
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
  #told: Told[] = [];
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
        this.#lastTicks.told(batch);
        this.#activity.told(batch);
        if (this.#readers.size === 0) return;
        for (const told of batch) this.#told.push(told);
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

  /** Sends a push that is neither event nor tick to all readers. */
  tell(push: Push): void {
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
    const [told, ticks] = [this.#told, [...this.#ticks.values()]];
    this.#forget();
    if (told.length > 0) this.tell(eventsPush(told));
    if (ticks.length > 0) this.tell(new Push('ticks', [ticks]));
  }

  #forget(): void {
    this.#batcher.stop();
    this.#told = [];
    this.#ticks = new Map();
    this.#jobLines = 0;
  }
}

/** Events as a push. Their JSON, which the hub made once, is joined and not made again. */
export function eventsPush(told: readonly Told[]): Push {
  return new Push('events', [told.map(({ event }) => event)], () => `[[${told.map(({ json }) => json).join(',')}]]`);
}
