/** One that keeps answers for clients that may come back for them. */
export interface RoomUser {
  readonly keyId: string;
  readonly bytes: number;
  /** Lets go of some of it, and says so to the room. */
  giveUp(): void;
}

/** What the users of one key, and all of them, may keep. */
export interface RoomLimits {
  readonly keyBytes: number;
  readonly allBytes: number;
}

/**
 * The memory for answers that are kept for a return, shared by all sessions: of one key, and in all. When it runs
 * out, the key that has most of it gives some up, and of that key the user that has most.
 */
export class AnswerRoom {
  readonly #limits: RoomLimits;
  readonly #used = new Map<RoomUser, number>();
  readonly #ofKey = new Map<string, number>();
  #bytes = 0;

  /** Each limit should hold several of the largest answers. */
  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A user keeps more or less than before. */
  update(user: RoomUser): void {
    this.#note(user);
    const { keyId } = user;
    while ((this.#ofKey.get(keyId) ?? 0) > this.#limits.keyBytes && this.#shrink(keyId));
    while (this.#bytes > this.#limits.allBytes && this.#shrink(this.#largestKey()));
  }

  #note(user: RoomUser): void {
    const { keyId, bytes } = user;
    const more = bytes - (this.#used.get(user) ?? 0);
    this.#bytes += more;
    const ofKey = (this.#ofKey.get(keyId) ?? 0) + more;
    if (ofKey === 0) this.#ofKey.delete(keyId);
    else this.#ofKey.set(keyId, ofKey);
    if (bytes === 0) this.#used.delete(user);
    else this.#used.set(user, bytes);
  }

  #largestKey(): string | undefined {
    let largest: string | undefined;
    for (const [keyId, bytes] of this.#ofKey) {
      if (largest === undefined || bytes > (this.#ofKey.get(largest) ?? 0)) largest = keyId;
    }
    return largest;
  }

  /** Lets the largest user of a key give up; returns whether that freed anything. */
  #shrink(keyId: string | undefined): boolean {
    let largest: RoomUser | undefined;
    for (const user of this.#used.keys()) {
      if (user.keyId === keyId && user.bytes > (largest?.bytes ?? 0)) largest = user;
    }
    if (!largest) return false;
    const before = largest.bytes;
    largest.giveUp();
    this.#note(largest);
    return largest.bytes < before;
  }
}
