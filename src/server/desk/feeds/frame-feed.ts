import type { Timers } from '../../../hub/timers.ts';
import type { Frame } from '../../../protocol/frames.ts';
import type { FrameRing } from '../../frames/frame-ring.ts';
import { Batcher } from './batcher.ts';
import { Push } from '../channel/push.ts';

interface Watcher {
  readonly tell: (push: Push) => void;
  /** Frames that came before the first answer was sent; they follow it. */
  held: Frame[] | undefined;
}

/** One watcher's place in a session's stream of frames. */
export interface FrameWatch {
  /** The frames up to now, oldest first. */
  readonly kept: readonly Frame[];
  /** Call when `kept` was sent: sends the frames since then, and all later ones. */
  readonly begin: () => void;
  readonly stop: () => void;
}

interface Room {
  readonly watchers: Set<Watcher>;
  readonly batcher: Batcher;
  readonly stop: () => void;
  pending: Frame[];
}

/** The frames of watched sessions, gathered per display frame and made into text once for all watchers. */
export class FrameFeed {
  readonly #ring: FrameRing;
  readonly #timers: Timers;
  readonly #rooms = new Map<string, Room>();

  constructor(ring: FrameRing, timers: Timers) {
    this.#ring = ring;
    this.#timers = timers;
  }

  /** Begins to watch a session: no frame is sent twice, none is missing. */
  watch(sessionId: string, tell: (push: Push) => void): FrameWatch {
    const room = this.#rooms.get(sessionId) ?? this.#open(sessionId);
    room.batcher.flush();
    const watcher: Watcher = { tell, held: [] };
    room.watchers.add(watcher);
    return {
      kept: this.#ring.of(sessionId),
      begin: () => {
        room.batcher.flush();
        const held = watcher.held ?? [];
        watcher.held = undefined;
        if (held.length > 0 && room.watchers.has(watcher)) tell(new Push('frames', [{ sessionId, frames: held }]));
      },
      stop: () => {
        if (room.watchers.delete(watcher) && room.watchers.size === 0) this.#shut(sessionId, room);
      },
    };
  }

  close(): void {
    for (const [sessionId, room] of this.#rooms) this.#shut(sessionId, room);
  }

  #open(sessionId: string): Room {
    const room: Room = {
      watchers: new Set(),
      pending: [],
      batcher: new Batcher(this.#timers, () => {
        const frames = room.pending;
        room.pending = [];
        if (frames.length === 0) return;
        const push = new Push('frames', [{ sessionId, frames }]);
        for (const watcher of room.watchers) {
          if (watcher.held) watcher.held.push(...frames);
          else watcher.tell(push);
        }
      }),
      stop: this.#ring.watch(sessionId, (frame) => {
        room.pending.push(frame);
        room.batcher.touch();
      }),
    };
    this.#rooms.set(sessionId, room);
    return room;
  }

  #shut(sessionId: string, room: Room): void {
    room.stop();
    room.batcher.stop();
    room.watchers.clear();
    this.#rooms.delete(sessionId);
  }
}
