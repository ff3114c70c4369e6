/**
 * How an agent was notified: by a notification, with the result of a call, by a call that waited for it, or beside its
 * person's prompt, by a hook of its client.
 */
export type DeliveryWay = 'notified' | 'result' | 'wait' | 'prompt';

/** That an event was put on a session's stream, and when its bytes were taken from there. */
export interface Delivery {
  readonly sessionId: string;
  readonly keyId: string;
  /** The session's agent; undefined where it had none yet. */
  readonly agent?: string | undefined;
  /** Number of the frame that carried it, or the id of the request whose result did; empty for a prompt. */
  readonly frame: number | string;
  readonly sentAt: number;
  /** `notified` where it is left out. */
  readonly way?: DeliveryWay;
  /** When the operating system had taken the bytes for the agent's socket; absent while they wait in the hub. */
  receivedAt?: number;
}

/**
 * Who was sent which event, for the receipts of the Files screen: of the last events that concern
 * files, and at most `rows` in all.
 */
export class Deliveries {
  readonly #rows: number;
  readonly #bySeq = new Map<number, Delivery[]>();
  #count = 0;
  #forgotten: number;

  /** `since`: the last seq before this launch, of which nothing is known. */
  constructor({ rows = 100_000, since = 0 }: { readonly rows?: number; readonly since?: number } = {}) {
    this.#rows = rows;
    this.#forgotten = since;
  }

  /** Whether it is known who was sent an event: not of an earlier launch, and not pushed out by later ones. */
  isKnown(seq: number): boolean {
    return seq > this.#forgotten || this.#bySeq.has(seq);
  }

  /** Begins the list of an event; what is added to it later is seen by {@link of}. */
  begin(seq: number): Delivery[] {
    const list: Delivery[] = [];
    this.#bySeq.set(seq, list);
    return list;
  }

  /** Says that a list begun is complete, so that old lists can go; an empty one is not kept. */
  end(seq: number): void {
    const count = this.of(seq).length;
    if (count === 0) this.#bySeq.delete(seq);
    this.#count += count;
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const [seq, old] of this.#bySeq) {
      if (this.#count <= this.#rows) return;
      this.#count -= old.length;
      this.#bySeq.delete(seq);
      this.#forgotten = Math.max(this.#forgotten, seq);
    }
  }

  /** Adds to the list of an event that is complete, unless it was forgotten: an agent heard of it with something else. */
  add(seq: number, delivery: Delivery): void {
    const list = this.#bySeq.get(seq) ?? (seq > this.#forgotten ? this.begin(seq) : undefined);
    if (!list) return;
    list.push(delivery);
    this.#count += 1;
    this.#makeRoom();
  }

  /** The deliveries of an event; none when it is too old, or nobody was subscribed. */
  of(seq: number): readonly Delivery[] {
    return this.#bySeq.get(seq) ?? [];
  }
}
