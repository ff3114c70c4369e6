import type { Hub } from '../../../hub/hub.ts';
import type { FrameRing } from '../../frames/frame-ring.ts';
import type { EventFeed } from './event-feed.ts';
import { Push } from '../channel/push.ts';

const PULSE_MS = 1_000;

/** Pushes the hub's traffic to open dashboards once a second, and changes of its storage at once. */
export class Pulse {
  readonly #hub: Hub;
  readonly #ring: FrameRing;
  readonly #feed: EventFeed;
  readonly #stop: () => void;
  #timer: unknown;
  #last: { at: number; frames: number; events: number };
  #rates = { framesPerSecond: 0, eventsPerSecond: 0 };

  constructor(hub: Hub, ring: FrameRing, feed: EventFeed) {
    this.#hub = hub;
    this.#ring = ring;
    this.#feed = feed;
    this.#last = this.#counts();
    this.#stop = hub.onStorage(() => feed.tell(this.push()));
    this.#arm();
  }

  /** The present pulse, for a dashboard that has just opened. */
  push(): Push {
    return new Push('pulse', [{ at: this.#hub.now(), ...this.#rates, storage: this.#hub.storage }]);
  }

  close(): void {
    this.#stop();
    this.#hub.timers.clearTimeout(this.#timer);
  }

  #arm(): void {
    this.#timer = this.#hub.timers.setTimeout(() => {
      this.#measure();
      if (this.#feed.hasReaders) this.#feed.tell(this.push());
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
    return { at: this.#hub.timers.elapsed(), frames: this.#ring.count, events: this.#feed.eventCount };
  }
}
