import type { Hub } from '../../../hub/hub.ts';
import type { Recorder } from '../../../recorder/recorder.ts';
import type { EventFeed } from './event-feed.ts';
import { Push } from '../channel/push.ts';

const PULSE_MS = 1_000;

/** Pushes the hub's traffic to open dashboards once a second, and changes of its storage and of the recorder at once. */
export class Pulse {
  readonly #hub: Hub;
  readonly #recorder: Recorder;
  readonly #feed: EventFeed;
  readonly #stops: readonly (() => void)[];
  #timer: unknown;
  #last: { at: number; frames: number; events: number };
  #rates = { framesPerSecond: 0, eventsPerSecond: 0 };

  constructor(hub: Hub, recorder: Recorder, feed: EventFeed) {
    this.#hub = hub;
    this.#recorder = recorder;
    this.#feed = feed;
    this.#last = this.#counts();
    const send = (): void => feed.sendToAll(this.push());
    this.#stops = [hub.onStorage(send), recorder.onHealth(send)];
    this.#arm();
  }

  /** The present pulse, for a dashboard that has just opened. */
  push(): Push {
    const { storage } = this.#hub;
    return new Push('pulse', [{ at: this.#hub.now(), ...this.#rates, storage, recorder: this.#recorder.health }]);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#hub.timers.clearTimeout(this.#timer);
  }

  #arm(): void {
    this.#timer = this.#hub.timers.setTimeout(() => {
      this.#measure();
      if (this.#feed.hasReaders) this.#feed.sendToAll(this.push());
      this.#arm();
    }, PULSE_MS);
  }

  #measure(): void {
    const now = this.#counts();
    const seconds = Math.max(now.at - this.#last.at, 1) / 1_000;
    this.#rates = {
      framesPerSecond: Math.round((now.frames - this.#last.frames) / seconds),
      eventsPerSecond: Math.round((now.events - this.#last.events) / seconds),
    };
    this.#last = now;
  }

  #counts(): { at: number; frames: number; events: number } {
    return { at: this.#hub.timers.elapsed(), frames: this.#recorder.count, events: this.#feed.eventCount };
  }
}
