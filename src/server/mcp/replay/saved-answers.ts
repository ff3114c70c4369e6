import type { Kept } from './replay-store.ts';
import { lostAnswer } from './lost-answer.ts';

/** What an answer that is saved costs besides its bytes. */
const OVERHEAD_BYTES = 256;

/**
 * The room that answers which nobody has read share, over all sessions. Where it runs out, the session
 * that takes most of it gives up its oldest that is larger than the error in its place.
 */
export class AnswerRoom {
  readonly #limitBytes: number;
  readonly #all = new Set<SavedAnswers>();
  #bytes = 0;

  /** @param limitBytes Should hold several of the largest answers. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  take(saved: SavedAnswers, bytes: number): void {
    this.#all.add(saved);
    this.#bytes += bytes;
    while (this.#bytes > this.#limitBytes) {
      let largest = saved;
      for (const one of this.#all) if (one.bytes > largest.bytes) largest = one;
      largest.giveUp();
    }
  }

  free(saved: SavedAnswers, bytes: number): void {
    this.#bytes -= bytes;
    if (saved.bytes === 0) this.#all.delete(saved);
  }
}

/**
 * Answers of one session that have left its {@link ReplayStore} and were never read: a client that comes
 * back still waits for each. One that is given up leaves an error in its place, so that it does not wait
 * for nothing.
 */
export class SavedAnswers {
  readonly #room: AnswerRoom;
  /** Oldest first. */
  #kept: Kept[] = [];
  /** How many of the oldest are errors by now, or are no larger than one. */
  #small = 0;
  #bytes = 0;

  constructor(room: AnswerRoom) {
    this.#room = room;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Oldest first. */
  all(): readonly Kept[] {
    return this.#kept;
  }

  add(kept: Kept): void {
    this.#kept.push(kept);
    this.#bytes += cost(kept);
    this.#room.take(this, cost(kept));
  }

  /** Lets go of all that `isRead` says has been read. */
  release(isRead: (kept: Kept, index: number) => boolean): void {
    if (this.#kept.length === 0) return;
    const left: Kept[] = [];
    let small = 0;
    let freed = 0;
    for (const [index, kept] of this.#kept.entries()) {
      if (isRead(kept, index)) {
        freed += cost(kept);
      } else {
        left.push(kept);
        if (index < this.#small) small += 1;
      }
    }
    this.#kept = left;
    this.#small = small;
    this.#free(freed);
  }

  /**
   * Puts an error in the place of the oldest answer for which that gives back room; where there is none,
   * the oldest goes.
   */
  giveUp(): void {
    for (let kept = this.#kept[this.#small]; kept; kept = this.#kept[this.#small]) {
      const error: Kept = { ...kept, chunk: lostAnswer(kept.chunk) };
      const freed = cost(kept) - cost(error);
      this.#small += 1;
      if (freed <= 0) continue;
      this.#kept[this.#small - 1] = error;
      this.#free(freed);
      return;
    }
    const oldest = this.#kept.shift();
    if (!oldest) return;
    this.#small -= 1;
    this.#free(cost(oldest));
  }

  #free(bytes: number): void {
    this.#bytes -= bytes;
    this.#room.free(this, bytes);
  }
}

function cost({ chunk }: Kept): number {
  return chunk.length + OVERHEAD_BYTES;
}
