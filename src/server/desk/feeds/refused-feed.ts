import type { Timers } from '../../../hub/timers.ts';
import type { RefusedConnection, RefusedNews } from '../../../protocol/refused-connection.ts';
import type { RefusedConnections } from '../../http/refused-connections.ts';
import { Push } from '../channel/push.ts';
import type { EventFeed } from './event-feed.ts';

/** Between two pushes, in ms: a client that tries as fast as it can must not keep every page busy. */
const PAUSE_MS = 250;

/** Pushes refused connections to open dashboards: the first at once, and then what has changed four times a second. */
export class RefusedFeed {
  readonly #refused: RefusedConnections;
  readonly #timers: Timers;
  readonly #feed: EventFeed;
  readonly #stop: () => void;
  readonly #changed = new Map<number, RefusedConnection>();
  #timer: unknown;

  constructor(refused: RefusedConnections, timers: Timers, feed: EventFeed) {
    this.#refused = refused;
    this.#timers = timers;
    this.#feed = feed;
    this.#stop = refused.onChange((one) => {
      if (!feed.hasReaders) return; // who opens a dashboard gets them all
      this.#changed.set(one.id, one);
      if (this.#timer === undefined) this.#send();
    });
  }

  /** All that are kept, for a dashboard that has just opened. */
  push(): Push {
    return pushOf({ kind: 'all', connections: this.#refused.all() });
  }

  close(): void {
    this.#stop();
    this.#timers.clearTimeout(this.#timer);
  }

  #send(): void {
    this.#timer = undefined;
    if (this.#changed.size === 0) return;
    const connections = [...this.#changed.values()];
    this.#changed.clear();
    this.#feed.sendToAll(pushOf({ kind: 'changed', connections }));
    this.#timer = this.#timers.setTimeout(() => this.#send(), PAUSE_MS);
  }
}

function pushOf(news: RefusedNews): Push {
  return new Push('refused', [news]);
}
