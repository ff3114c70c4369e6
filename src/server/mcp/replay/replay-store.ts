import { isAnswer } from './lost-answer.ts';
import { type AnswerRoom, SavedAnswers } from './saved-answers.ts';

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

/** A stream as far as what was written to it is concerned. */
export interface Written {
  readonly open: boolean;
  /** Bytes of the newest messages that its reader has not taken. */
  readonly untakenBytes: number;
}

/**
 * The last messages of one session's stream (`Last-Event-ID` of HTML's server-sent events, section
 * 9.2.4, and of MCP's Streamable HTTP). Bounded by count, bytes and age; what has left it and was an
 * event of the log can be told again from there, and answers that nobody has read are saved.
 */
export class ReplayStore {
  readonly #limits: ReplayLimits;
  readonly #room: AnswerRoom;
  #kept: Kept[] = [];
  #bytes = 0;
  /** How many of the newest no reader has taken. */
  #unwritten = 0;
  /** Unread answers that are older than all of `#kept`. */
  #saved: SavedAnswers | undefined;

  constructor(limits: ReplayLimits, room: AnswerRoom) {
    this.#limits = limits;
    this.#room = room;
  }

  /** Keeps a message that has just been written to the session's stream, if there is one. */
  push(kept: Kept, stream: Written | undefined): void {
    this.#kept.push(kept);
    if (!kept.shared) this.#bytes += kept.chunk.length;
    this.#unwritten = stream?.open === true ? 0 : this.#unwritten + 1;
    // Trimmed in strides, so that a busy session does not shift its list for each message.
    if (this.#kept.length < this.#limits.count * 1.25 && this.#bytes <= this.#limits.bytes) return;
    if (stream?.open === true) this.settle(stream.untakenBytes);
    this.#trim();
  }

  /** What came after a position, oldest first; `undefined` when the position is not known (any more). */
  after(position: Position): readonly Kept[] | undefined {
    const index = this.#kept.findLastIndex((kept) => isAt(kept, position));
    return index === -1 ? undefined : this.#kept.slice(index + 1);
  }

  /** Messages of this session alone, oldest first: what the log could not tell again. */
  own(): readonly Kept[] {
    return [...(this.#saved?.all() ?? []), ...this.#kept.filter(({ shared }) => !shared)];
  }

  /** What no stream was there for, or no reader took, oldest first. */
  unwritten(): readonly Kept[] {
    return [...(this.#saved?.all() ?? []), ...this.#kept.slice(this.#kept.length - this.#unwritten)];
  }

  /** All has been written to a stream now. */
  written(): void {
    this.settle(0);
  }

  /** A reader has taken these, oldest first, and with them all that came before. */
  taken(messages: readonly Kept[]): void {
    const tags = new Set(messages.map(({ tag }) => tag));
    this.#saved?.release(({ tag }) => tags.has(tag));
    const last = messages.at(-1);
    const index = last ? this.#kept.findLastIndex((kept) => isAt(kept, last)) : -1;
    if (index !== -1) this.#unwritten = Math.min(this.#unwritten, this.#kept.length - index - 1);
  }

  /** All went to one stream, of which the reader has not taken the newest bytes. */
  settle(untakenBytes: number): void {
    let left = untakenBytes;
    let index = this.#kept.length;
    for (; index > 0 && left > 0; index -= 1) left -= this.#kept[index - 1]?.chunk.length ?? 0;
    this.#unwritten = this.#kept.length - index;
    const saved = this.#saved?.all() ?? [];
    let unread = saved.length;
    for (; unread > 0 && left > 0; unread -= 1) left -= saved[unread - 1]?.chunk.length ?? 0;
    this.#saved?.release((_kept, at) => at < unread);
  }

  /** Forgets what the log has told instead. */
  forgetShared(): void {
    const unwritten = this.#kept.slice(this.#kept.length - this.#unwritten).filter(({ shared }) => !shared);
    this.#unwritten = unwritten.length;
    this.#kept = this.#kept.filter(({ shared }) => !shared);
  }

  /** Lets go of what is older than the limit at `now`; `stream` is the session's, if there is one. */
  expire(now: number, stream: Written | undefined): void {
    const oldest = now - this.#limits.ageMs;
    if ((this.#kept[0]?.at ?? Infinity) >= oldest) return;
    if (stream?.open === true) this.settle(stream.untakenBytes);
    const fresh = this.#kept.findIndex(({ at }) => at >= oldest);
    this.#drop(fresh === -1 ? this.#kept.length : fresh);
  }

  /** Nobody comes back any more: gives back the room that saved answers take. */
  close(): void {
    this.#saved?.release(() => true);
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
    const read = this.#kept.length - this.#unwritten;
    for (const [index, kept] of this.#kept.splice(0, count).entries()) {
      if (kept.shared) continue;
      this.#bytes -= kept.chunk.length;
      if (index >= read && isAnswer(kept.chunk)) (this.#saved ??= new SavedAnswers(this.#room)).add(kept);
    }
    this.#unwritten = Math.min(this.#unwritten, this.#kept.length);
  }
}

function isAt(kept: Kept, { seq, tag }: Position): boolean {
  return kept.seq === seq && kept.tag === tag;
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
