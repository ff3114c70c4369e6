import type { Timers } from '../../../../hub/timers.ts';
import type { AnswerRoom, RoomUser } from '../../replay/answer-room.ts';

/** A reply, as far as keeping it is concerned. */
interface KeptReply {
  readonly number: number;
  readonly done: boolean;
  /** Whether its reader has taken all of it. */
  readonly isRead: boolean;
  readonly bytes: number;
  /** An error takes the place of its largest answer; returns `false` when that would free nothing. */
  giveUp(): boolean;
}

/** Bounds of what is kept of replies that are done. */
const MAX_COUNT = 16;
const MAX_BYTES = 1024 * 1024;
const MAX_AGE_MS = 5 * 60_000;

/**
 * The reply streams of one session, for a client that loses one and fetches the rest. All that are not done are
 * kept; of those that are, the newest 16 within 1 MiB, for 5 minutes. The very newest may be larger until its
 * reader has taken it. All of it is within the room that all sessions share.
 */
export class KeptReplies<Reply extends KeptReply> implements RoomUser {
  readonly keyId: string;
  readonly #timers: Timers;
  readonly #room: AnswerRoom;
  /** Oldest first. */
  readonly #all = new Map<number, Reply>();
  #closed = false;

  constructor(timers: Timers, room: AnswerRoom, keyId: string) {
    this.keyId = keyId;
    this.#timers = timers;
    this.#room = room;
  }

  get bytes(): number {
    let bytes = 0;
    for (const reply of this.#all.values()) bytes += reply.bytes;
    return bytes;
  }

  get(number: number): Reply | undefined {
    return this.#all.get(number);
  }

  add(reply: Reply): void {
    if (this.#closed) return;
    this.#all.set(reply.number, reply);
    this.#room.update(this);
  }

  /** A reply has grown. */
  grown(): void {
    this.#room.update(this);
  }

  /** A reply is done: the bounds apply to it now. Does nothing for one that was never added. */
  done({ number }: Reply): void {
    if (!this.#all.has(number)) return;
    this.#timers.setTimeout(() => this.#forget(number), MAX_AGE_MS);
    this.#trim();
  }

  /** The reader of a reply has taken all of it. */
  read(): void {
    this.#trim();
  }

  /** Frees room: what has been read goes first, then an answer becomes an error, then the oldest goes. */
  giveUp(): void {
    const done = [...this.#all.values()].filter((reply) => reply.done);
    const read = done.find(({ isRead }) => isRead);
    if (read) return this.#forget(read.number);
    const largest = [...this.#all.values()].toSorted((a, b) => b.bytes - a.bytes).find((reply) => reply.giveUp());
    if (largest) return this.#room.update(this);
    const [oldest] = done;
    if (oldest) this.#forget(oldest.number);
  }

  /** The session has ended: nobody comes back for what is kept. */
  close(): void {
    this.#closed = true;
    this.#all.clear();
    this.#room.update(this);
  }

  #trim(): void {
    let bytes = 0;
    const newestFirst = [...this.#all.values()].filter(({ done }) => done).toReversed();
    for (const [index, reply] of newestFirst.entries()) {
      const isWaited = index === 0 && !reply.isRead;
      if (isWaited || (index < MAX_COUNT && bytes + reply.bytes <= MAX_BYTES)) bytes += reply.bytes;
      else this.#all.delete(reply.number);
    }
    this.#room.update(this);
  }

  #forget(number: number): void {
    this.#all.delete(number);
    this.#room.update(this);
  }
}
