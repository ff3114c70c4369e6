import type { Kept, Position } from './kept.ts';
import type { AnswerRoom } from './answer-room.ts';
import { isAnswer, SavedAnswers } from './saved-answers.ts';

/*
 * How a client that lost its connection gets what it missed.
 *
 *   notification of an event ─┐                        ┌─> stream ──> client
 *   answer, other message ────┴─> AgentSession (push) ─┤
 *                                                      └─> ReplayStore ──(unread answer)──> SavedAnswers
 *
 * WHAT IS KEPT       where            how much                                  how long
 *   SSE: everything  ReplayStore      256 messages, 1 MiB of the session's own  5 min
 *   SSE: unread      SavedAnswers     the room of answers                       until read, or the
 *     answers                                                                   session ends
 *   Streamable: GET  ReplayStore      as above
 *     stream
 *   Streamable: POST KeptReplies      while calls run: their answers and the    until done
 *     reply streams                   newest progress; then up to 16 replies,   5 min
 *                                     1 MiB together, the newest whole until
 *                                     it is read; all in the room of answers
 *   The room of      AnswerRoom       32 MiB for a key, 128 MiB for all; past
 *     answers                         that an error takes an answer's place
 *   Stateless        nothing: its requests stand alone
 *   The log          all events       no bound                                  for ever
 *
 * A message is read when the client's system has taken its bytes from our socket.
 *
 * AT A DROP  The stream notes which bytes were not read (`markReadExcept`), the session is logged as
 *   dropped and lives on: calls go on, notifications and answers are kept as unread. Without a
 *   stream or call it is closed after the idle time (30 min). A stateless listen stream just ends.
 *
 * AT A RETURN  (Replayer writes at the client's pace and attaches the stream once nothing is missing)
 *   SSE, Last-Event-ID       the same session; all after that place: from memory, or, where the place
 *                            is not known any more, events from the log and own messages from memory
 *   SSE, silent, official    the same session, found by a `ping` (SessionReturn); all that is unread.
 *                            Without an answer in 1 s: a new session with the subscriptions of all
 *                            that it may have had
 *   SSE, silent, others      a new session (SessionTakeover) that takes over subscriptions and what is
 *                            unread; the old one is closed. Where several sessions might be meant:
 *                            the subscriptions of all, and no messages
 *   Streamable GET           with Last-Event-ID as on SSE; without one, all that is unread
 *   Streamable GET, id of a  the rest of that reply; an empty stream where it is not kept any more
 *     reply stream
 *   Stateless                the client listens again, and asks `event_list` for what it missed
 *
 * AT A RESTART OF THE HUB  All memory is lost: calls in flight, unread answers, reply streams. Sessions
 *   and their subscriptions are in the log: a client that comes back with Last-Event-ID gets the events
 *   from there, up to 5,000; one that comes back without asks `event_list`.
 */

export interface ReplayLimits {
  /** Messages kept of a session. */
  readonly count: number;
  /** Bytes of messages that are this session's alone. */
  readonly bytes: number;
  /** Age in ms. */
  readonly ageMs: number;
}

/** A stream, as far as the store looks at it. */
export interface StreamState {
  readonly open: boolean;
  /** Bytes of the newest messages that its client has not read. */
  readonly unreadBytes: number;
}

/**
 * The last messages of one session's stream (`Last-Event-ID` of HTML's server-sent events, section
 * 9.2.4, and of MCP's Streamable HTTP), bounded by count, bytes and age. An unread answer that leaves it
 * is saved; an event can be had from the log again.
 */
export class ReplayStore {
  readonly #sessionId: string;
  readonly #limits: ReplayLimits;
  readonly #keyId: string;
  readonly #room: AnswerRoom;
  #kept: Kept[] = [];
  #bytes = 0;
  /** How many of the newest are unread. */
  #unread = 0;
  /** Unread answers that are older than all of `#kept`. */
  #saved: SavedAnswers | undefined;

  constructor(sessionId: string, keyId: string, limits: ReplayLimits, room: AnswerRoom) {
    this.#sessionId = sessionId;
    this.#keyId = keyId;
    this.#limits = limits;
    this.#room = room;
  }

  /** Keeps a message that has just been written to the session's stream, if it has one. */
  push(kept: Kept, stream: StreamState | undefined): void {
    this.#kept.push(kept);
    if (!kept.shared) this.#bytes += kept.bytes;
    this.#unread = stream?.open === true ? 0 : this.#unread + 1;
    // Trimmed in strides: a busy session must not shift its list for each message.
    if (this.#kept.length < this.#limits.count * 1.25 && this.#bytes <= this.#limits.bytes) return;
    if (stream?.open === true) this.markReadExcept(stream.unreadBytes);
    this.#trim();
  }

  /** What came after a position, oldest first; `undefined` when the position is not known (any more). */
  after(position: Position): readonly Kept[] | undefined {
    const index = this.#kept.findLastIndex((kept) => isAt(kept, position));
    return index === -1 ? undefined : this.#kept.slice(index + 1);
  }

  /** Messages of this session alone, oldest first: those that are not in the log. */
  own(): readonly Kept[] {
    return [...(this.#saved?.all() ?? []), ...this.#kept.filter(({ shared }) => !shared)];
  }

  /** Unread messages, oldest first: no stream was open for them, or its client did not read them. */
  unread(): readonly Kept[] {
    return [...(this.#saved?.all() ?? []), ...this.#kept.slice(this.#kept.length - this.#unread)];
  }

  /** Everything has been read. */
  markAllRead(): void {
    this.markReadExcept(0);
  }

  /** These have been read (oldest first), and with them all that came before. */
  markRead(messages: readonly Kept[]): void {
    const tags = new Set(messages.map(({ tag }) => tag));
    this.#saved?.release(({ tag }) => tags.has(tag));
    const last = messages.at(-1);
    const index = last ? this.#kept.findLastIndex((kept) => isAt(kept, last)) : -1;
    if (index !== -1) this.#unread = Math.min(this.#unread, this.#kept.length - index - 1);
  }

  /** All went to one stream, of which everything but the newest bytes has been read. */
  markReadExcept(unreadBytes: number): void {
    let left = unreadBytes;
    let index = this.#kept.length;
    for (; index > 0 && left > 0; index -= 1) left -= this.#kept[index - 1]?.bytes ?? 0;
    this.#unread = this.#kept.length - index;
    const saved = this.#saved?.all() ?? [];
    let unread = saved.length;
    for (; unread > 0 && left > 0; unread -= 1) left -= saved[unread - 1]?.bytes ?? 0;
    this.#saved?.release((_kept, at) => at < unread);
  }

  /** Forgets messages that have been sent from the log instead. */
  forgetShared(): void {
    const unwritten = this.#kept.slice(this.#kept.length - this.#unread).filter(({ shared }) => !shared);
    this.#unread = unwritten.length;
    this.#kept = this.#kept.filter(({ shared }) => !shared);
  }

  /** Forgets what is older than the limit at `now`; `stream` is the session's, if it has one. */
  expire(now: number, stream: StreamState | undefined): void {
    const oldest = now - this.#limits.ageMs;
    if ((this.#kept[0]?.at ?? Infinity) >= oldest) return;
    if (stream?.open === true) this.markReadExcept(stream.unreadBytes);
    const fresh = this.#kept.findIndex(({ at }) => at >= oldest);
    this.#drop(fresh === -1 ? this.#kept.length : fresh);
  }

  /** The session has ended: frees the memory of its saved answers. */
  close(): void {
    this.#saved?.release(() => true);
  }

  #trim(): void {
    let drop = Math.max(0, this.#kept.length - this.#limits.count);
    let bytes = this.#bytes;
    for (let index = 0; index < this.#kept.length; index += 1) {
      const kept = this.#kept[index];
      if (!kept || (index >= drop && bytes <= this.#limits.bytes)) break;
      if (!kept.shared) bytes -= kept.bytes;
      drop = Math.max(drop, index + 1);
    }
    this.#drop(drop);
  }

  #drop(count: number): void {
    const read = this.#kept.length - this.#unread;
    for (const [index, kept] of this.#kept.splice(0, count).entries()) {
      if (kept.shared) continue;
      this.#bytes -= kept.bytes;
      if (index >= read && isAnswer(kept))
        (this.#saved ??= new SavedAnswers(this.#sessionId, this.#keyId, this.#room)).add(kept);
    }
    this.#unread = Math.min(this.#unread, this.#kept.length);
  }
}

function isAt(kept: Kept, { seq, tag }: Position): boolean {
  return kept.seq === seq && kept.tag === tag;
}
