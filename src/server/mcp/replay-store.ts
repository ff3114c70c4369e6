/** A message of a session's stream as it is kept for a client that comes back. */
export interface Kept {
  /** Seq up to which events had been told when it was sent; the first part of its event id. */
  readonly seq: number;
  /** What makes the id unique among those of one seq. */
  readonly tag: string;
  /**
   * The SSE event in HTTP chunks; nothing for a mark. Of one that is shared it is the rest after
   * `id: <session>.`, so `<seq>.<tag>\nevent: …`.
   */
  readonly chunk: Buffer;
  /** When it was made, ms since the epoch. */
  readonly at: number;
  /** Whether other sessions keep the same object, so that its bytes are not this one's. */
  readonly shared: boolean;
  /** The workspace that it tells of: to be sent only while the session's key may read that. */
  readonly workspace?: string | undefined;
}

/** Where a client was, as its `Last-Event-ID` says. */
export interface Position {
  readonly seq: number;
  readonly tag: string;
}

export interface ReplayLimits {
  /** Messages kept of a session. */
  readonly count: number;
  /** Bytes of messages that are this session's alone. */
  readonly bytes: number;
  /** Age in ms. */
  readonly ageMs: number;
}

/**
 * The last messages of one session's stream (`Last-Event-ID` of HTML's server-sent events, section
 * 9.2.4, and of MCP's Streamable HTTP). Bounded by count, bytes and age; what has left it and was an
 * event of the log can be told again from there.
 */
export class ReplayStore {
  readonly #limits: ReplayLimits;
  #kept: Kept[] = [];
  #bytes = 0;
  /** How many of the newest have never been written to any stream. */
  #unwritten = 0;

  constructor(limits: ReplayLimits) {
    this.#limits = limits;
  }

  /** Keeps a message. `written` says whether a stream was there to take it. */
  push(kept: Kept, written: boolean): void {
    this.#kept.push(kept);
    if (!kept.shared) this.#bytes += kept.chunk.length;
    this.#unwritten = written ? 0 : this.#unwritten + 1;
    // Trimmed in strides, so that a busy session does not shift its list for each message.
    if (this.#kept.length >= this.#limits.count * 1.25 || this.#bytes > this.#limits.bytes) this.#trim();
  }

  /** What came after a position, oldest first; `undefined` when the position is not known (any more). */
  after(position: Position): readonly Kept[] | undefined {
    const index = this.#kept.findLastIndex(({ seq, tag }) => seq === position.seq && tag === position.tag);
    return index === -1 ? undefined : this.#kept.slice(index + 1);
  }

  /** Messages of this session alone, oldest first: what the log could not tell again. */
  own(): readonly Kept[] {
    return this.#kept.filter(({ shared }) => !shared);
  }

  /** What no stream was there for, oldest first. */
  unwritten(): readonly Kept[] {
    return this.#unwritten === 0 ? [] : this.#kept.slice(-this.#unwritten);
  }

  /** All has been written to a stream now. */
  written(): void {
    this.#unwritten = 0;
  }

  /** Lets go of what is older than the limit at `now`. */
  expire(now: number): void {
    const oldest = now - this.#limits.ageMs;
    if ((this.#kept[0]?.at ?? Infinity) >= oldest) return;
    const fresh = this.#kept.findIndex(({ at }) => at >= oldest);
    this.#drop(fresh === -1 ? this.#kept.length : fresh);
  }

  #trim(): void {
    let drop = Math.max(0, this.#kept.length - this.#limits.count);
    let bytes = this.#bytes;
    for (let index = 0; index < this.#kept.length; index += 1) {
      const kept = this.#kept[index];
      if (!kept || (index >= drop && bytes <= this.#limits.bytes)) break;
      if (!kept.shared) bytes -= kept.chunk.length;
      drop = Math.max(drop, index + 1);
    }
    this.#drop(drop);
  }

  #drop(count: number): void {
    for (const kept of this.#kept.splice(0, count)) if (!kept.shared) this.#bytes -= kept.chunk.length;
    this.#unwritten = Math.min(this.#unwritten, this.#kept.length);
  }
}

/** The event id of a message: unique in its session, and it names the session and the place in it. */
export function eventId(sessionId: string, { seq, tag }: Position): string {
  return `${sessionId}.${seq}.${tag}`;
}

/** Takes a `Last-Event-ID` apart; `undefined` for one that is not ours. */
export function parseEventId(id: string): (Position & { readonly sessionId: string }) | undefined {
  const match = /^(ses_[0-9a-z]+)\.(\d{1,15})\.([0-9a-z]+)$/u.exec(id);
  return match ? { sessionId: match[1] ?? '', seq: Number(match[2]), tag: match[3] ?? '' } : undefined;
}
