import type { HubError } from '../../protocol/errors.ts';
import type { HubEvent } from '../../protocol/events.ts';
import type { ContentRow } from '../disk/content-rows.ts';
import { applyEvent } from '../../protocol/apply-event.ts';
import type { HubState } from '../../protocol/state.ts';
import { Durability } from './durability.ts';
import { StoredFiles } from './file-lookup.ts';
import { eventWriter } from '../log/event-writer.ts';
import type { EncodedEvent, Urgency } from '../log/event-log.ts';
import type { SqliteLog } from '../log/sqlite-log.ts';
import { refillState } from './refill-state.ts';
import type { DecidedEvent, Origin } from '../rule.ts';

/** The outcome of a commit. It may leave the hub when `durable` resolves; that rejects with `storage_failed`. */
export interface Committed<R> {
  readonly answer: R;
  /** Seq of the last applied event: the state that the answer saw. */
  readonly seq: number;
  readonly durable: Promise<void>;
}

class CommittedNow<R> implements Committed<R> {
  readonly answer: R;
  readonly seq: number;
  readonly #durability: Durability;
  readonly #generation: number;

  constructor(answer: R, seq: number, durability: Durability) {
    this.answer = answer;
    this.seq = seq;
    this.#durability = durability;
    this.#generation = durability.generation;
  }

  /** Made on demand: on a busy hub nobody waits for most events. */
  get durable(): Promise<void> {
    return this.#durability.wait(this.seq, this.#generation);
  }
}

/** The state and the files as of the last event applied, and how much of that is on disk. */
export class Applied {
  readonly state: HubState;
  readonly files: StoredFiles;
  readonly #log: SqliteLog;
  readonly #durability: Durability;
  readonly #write = eventWriter();
  #changedSeq: number;
  /**
   * Set while the state still has events that a failure lost, because the log could not be read: the
   * generation that lost them.
   */
  #unread: number | undefined;

  constructor(log: SqliteLog, state: HubState) {
    this.state = state;
    this.files = new StoredFiles(log.reader);
    this.#log = log;
    this.#durability = new Durability(log.seq, log);
    this.#changedSeq = state.seq;
  }

  /** See {@link Hub.changedSeq}. */
  get changedSeq(): number {
    return this.#changedSeq;
  }

  /** See {@link Hub.isBehind}. */
  get isBehind(): boolean {
    return this.#log.unwrittenCharacters > MOST_UNWRITTEN_CHARACTERS;
  }

  /**
   * Applies events, of the origin's actor unless they name one, with the clock's time, and gives them to the log as one commit, with the content that the last of
   * them refers to. Their `at` never goes back. If it throws, part of a commit is applied but not logged: halt the log
   * and call {@link undo}.
   */
  apply(
    bodies: readonly DecidedEvent[],
    { actor, cause }: Origin,
    now: number,
    content?: Omit<ContentRow, 'seq'>,
    urgency?: Urgency,
  ): readonly HubEvent[] {
    if (bodies.length === 0) return [];
    const commit: EncodedEvent[] = [];
    const at = Math.max(now, this.state.at);
    for (const body of bodies) {
      const seq = this.state.seq + 1;
      // `cause` and `clock` are members only where they have a value: thousands of events a second are made here.
      const stamp = cause === undefined ? { seq, at, actor } : { seq, at, actor, cause };
      const event: HubEvent = now < at ? { ...stamp, clock: now, ...body } : { ...stamp, ...body };
      applyEvent(this.state, event);
      this.files.applied(event);
      if (event.type !== 'tool.called') this.#changedSeq = seq;
      commit.push({ event, json: this.#write(event) });
    }
    this.#log.append(commit, content, urgency);
    return commit.map(({ event }) => event);
  }

  /** An answer, with the seq of all that is applied by now, which it may have seen. */
  committed<R>(answer: R): Committed<R> {
    return new CommittedNow(answer, this.state.seq, this.#durability);
  }

  /** Resolves when `seq` is on disk; rejects with `storage_failed`, or with what {@link end} was given. */
  durable(seq: number): Promise<void> {
    // A seq beyond the end was lost when the log could not be written.
    return this.#durability.wait(seq, this.#unread ?? (seq > this.state.seq ? 0 : undefined));
  }

  /** All up to `seq` is on disk. */
  settled(seq: number): void {
    this.files.settled(seq);
    this.#durability.reached(seq);
  }

  /**
   * Drops what was applied but not written: the state is that of the log again. Throws if the log cannot be
   * read; until it can, nothing beyond its end is durable.
   */
  undo(error: HubError): void {
    try {
      refillState(this.state, this.#log.loadState());
    } catch (unreadable) {
      if (this.#unread === undefined) {
        this.#unread = this.#durability.generation;
        this.#durability.failed(this.#log.seq, error);
      }
      throw unreadable;
    }
    this.#unread = undefined;
    this.#changedSeq = this.state.seq;
    this.files.reset();
    this.#durability.failed(this.state.seq, error);
  }

  /** Nothing more is written: rejects all waits with the reason. */
  end(error: HubError): void {
    this.#durability.failed(this.#log.seq, error);
  }
}

/** Characters of the log's lines that may wait for the disk while calls that only read are answered. */
const MOST_UNWRITTEN_CHARACTERS = 4 * 1024 * 1024;
