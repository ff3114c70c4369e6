import type { PrunedEvents } from '../../protocol/records.ts';
import { hubClosed } from '../hub-errors.ts';
import { cutSeq, isCutOpen } from './cut.ts';
import type { MadeBase } from './make-base.ts';
import { lastPrunable, prunePlan } from './prune-plan.ts';
import type { SqliteLog } from './sqlite-log.ts';
import { startBase, type RunningBase } from './start-base.ts';

/**
 * Removes events from a log that is in use. First what they made is written into a file of its own; then an event says
 * that they are removed, which is for the caller to commit; then their rows go, slice by slice.
 */
export class LogPruner {
  readonly #log: SqliteLog;
  readonly #checksEnded: () => Promise<void>;
  #base: RunningBase | undefined;
  #clearing: Promise<void> | undefined;
  #isClosed = false;

  /** @param checksEnded resolves when no check of the log is under way that began with the removed events */
  constructor(log: SqliteLog, checksEnded: () => Promise<void>) {
    this.#log = log;
    this.#checksEnded = checksEnded;
  }

  /** What a removal of all before a time would take; undefined for nothing. */
  plan(before: number): Promise<PrunedEvents | undefined> {
    return prunePlan(this.#log.reader, before);
  }

  /** Whether {@link plan} would find anything, by a few rows. */
  hasAny(before: number): boolean {
    const low = cutSeq(this.#log.reader) + 1;
    return lastPrunable(this.#log.reader, low, before) >= low;
  }

  /** Writes what all events up to one made, on a thread; one at a time. */
  async makeBase(throughSeq: number): Promise<MadeBase> {
    if (this.#isClosed) throw hubClosed();
    this.#base = startBase(this.#log.file, throughSeq);
    try {
      return await this.#base.answer;
    } finally {
      await this.#base.ended;
      this.#base = undefined;
    }
  }

  /** Removes what is left of removed events. Rejects where the disk takes no writes; what is left goes the next time. */
  clear(): Promise<void> {
    this.#clearing ??= this.#clear().finally(() => (this.#clearing = undefined));
    return this.#clearing;
  }

  /** Gives up what {@link makeBase} does. */
  stop(): void {
    this.#base?.stop();
  }

  /** Ends what is under way, at any place of it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.stop();
    await this.#base?.ended;
    await this.#clearing?.catch(() => undefined); // its caller gets the error
  }

  async #clear(): Promise<void> {
    if (!isCutOpen(this.#log.reader)) return;
    await this.#checksEnded();
    while (!this.#isClosed && (await this.#log.removeSome()));
  }
}
