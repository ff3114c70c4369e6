import type { ContentRow } from '../disk/content-rows.ts';
import type { EncodedEvent } from './event-log.ts';
import type { ToWriter } from './writer-messages.ts';

/** Events that were appended and are not on disk: those that the writer has, then those to be sent to it. */
export class UnwrittenEvents {
  #events: EncodedEvent[] = [];
  #characters = 0;
  /** How many of these were sent to the writer. */
  #sent = 0;
  /** Contents of the events that were not sent. */
  #contents: ContentRow[] = [];
  /** Last seq of each message that was sent to the writer and is not yet reported as written. */
  #messages: number[] = [];

  get size(): number {
    return this.#events.length;
  }

  /** Length of their JSON. */
  get characters(): number {
    return this.#characters;
  }

  /** How many the writer has. */
  get sent(): number {
    return this.#sent;
  }

  /** Messages that the writer has not reported as written. */
  get messages(): number {
    return this.#messages.length;
  }

  add(commit: readonly EncodedEvent[], content: ContentRow | undefined): void {
    for (const encoded of commit) {
      this.#events.push(encoded);
      this.#characters += encoded.json.length;
    }
    if (content) this.#contents.push(content);
  }

  /**
   * Takes all that were not sent, as a message for the writer; undefined if there are none.
   * @param seq of the last event on disk
   */
  takeUnsent(seq: number): Extract<ToWriter, { kind: 'append' }> | undefined {
    if (this.#sent === this.#events.length) return undefined;
    const first = seq + this.#sent + 1;
    let lines = '';
    for (let i = this.#sent; i < this.#events.length; i++) {
      lines += (i === this.#sent ? '' : '\n') + (this.#events[i]?.json ?? '');
    }
    this.#sent = this.#events.length;
    this.#messages.push(seq + this.#sent);
    const contents = this.#contents;
    this.#contents = [];
    return { kind: 'append', first, lines, ...(contents.length > 0 ? { contents } : {}) };
  }

  /** The writer has written the first `count`, up to `seq`: takes them out. */
  takeWritten(count: number, seq: number): readonly EncodedEvent[] {
    const isAll = count === this.#events.length;
    const written = isAll ? this.#events : this.#events.slice(0, count);
    this.#events = isAll ? [] : this.#events.slice(count);
    this.#characters -= charactersOf(written);
    this.#sent -= count;
    this.#messages = this.#messages.filter((last) => last > seq);
    return written;
  }

  /** The first `count` were found on disk, though the writer is gone. */
  drop(count: number): void {
    this.#events = this.#events.slice(count);
    this.#characters = charactersOf(this.#events);
  }

  /** They are lost. */
  clear(): void {
    this.#events = [];
    this.#characters = 0;
    this.#contents = [];
    this.#sent = 0;
    this.#messages = [];
  }
}

function charactersOf(events: readonly EncodedEvent[]): number {
  return events.reduce((sum, { json }) => sum + json.length, 0);
}
