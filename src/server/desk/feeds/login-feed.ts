import type { Timers } from '../../../hub/timers.ts';
import type { LoginBoard } from '../../logins/login-board.ts';
import { Push } from '../channel/push.ts';
import type { EventFeed } from './event-feed.ts';

/** Between two pushes, in ms: clients that ask as fast as they can must not keep every page busy. */
const PAUSE_MS = 250;

/** Pushes the logins that wait to open dashboards: the first at once, and then four times a second at most. */
export class LoginFeed {
  readonly #board: LoginBoard;
  readonly #timers: Timers;
  readonly #feed: EventFeed;
  readonly #stop: () => void;
  #isChanged = false;
  #timer: unknown;

  constructor(board: LoginBoard, timers: Timers, feed: EventFeed) {
    this.#board = board;
    this.#timers = timers;
    this.#feed = feed;
    this.#stop = board.onChange(() => {
      this.#isChanged = feed.hasReaders; // who opens a dashboard gets them all
      if (this.#timer === undefined) this.#send();
    });
  }

  /** All that wait, for a dashboard that has just opened. */
  push(): Push {
    return new Push('logins', [{ waiting: this.#board.waiting }]);
  }

  close(): void {
    this.#stop();
    this.#timers.clearTimeout(this.#timer);
  }

  #send(): void {
    this.#timer = undefined;
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#feed.sendToAll(this.push());
    this.#timer = this.#timers.setTimeout(() => this.#send(), PAUSE_MS);
  }
}
